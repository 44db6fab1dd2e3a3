import test from 'ava';
import type { ReproducerRun } from '../reproducer/run-reproducer.ts';
import { judgeFinding, type Evidence } from './judge-finding.ts';
import { countRuns } from './run-on-both.ts';

const always = { failure: 3, other: 0, of: 3 };
const never = { failure: 0, other: 0, of: 3 };
const EVIDENCE: Evidence = { side: 'patched', how: 'alone', here: always, there: never, again: 'nothing' };

const standing = (replaced: Partial<Evidence>) => judgeFinding({ ...EVIDENCE, ...replaced }).standing;

test('what a program of its own shows with the series, and never on the base, is a regression', (t) => {
  t.deepEqual(judgeFinding(EVIDENCE), { standing: 'regression' });
  t.is(standing({ here: { failure: 2, other: 0, of: 3 } }), 'regression');
});

test('what it shows on the base and not with the series is a fix', (t) => {
  t.is(standing({ side: 'base' }), 'fix');
});

test('what fails on the base, too, is no regression', (t) => {
  t.is(standing({ again: 'same' }), 'both');
  t.deepEqual(judgeFinding({ ...EVIDENCE, there: { failure: 1, other: 0, of: 3 } }), {
    standing: 'both',
    note: 'Its reproducer fails on the base, too, in 1 of 3 fresh guests.',
  });
});

test('what no program of its own shows is not confirmed, and says why', (t) => {
  const { here: _here, there: _there, ...without } = EVIDENCE;
  t.is(judgeFinding({ ...without, how: 'together' }).standing, 'unconfirmed');
  t.deepEqual(judgeFinding({ ...without, how: 'once' }), {
    standing: 'unconfirmed',
    note: 'It did not happen again.',
  });
  t.is(standing({ here: { failure: 1, other: 0, of: 3 } }), 'unconfirmed');
});

test('a reproducer that does something else on the base counts if the model has no objection to that', (t) => {
  const there = { failure: 0, other: 3, of: 3 };
  t.is(standing({ there, again: 'other' }), 'unconfirmed');
  t.is(standing({ there, again: 'nothing' }), 'regression');
});

test('a call that the base does not have can only be tried with the series', (t) => {
  const { there: _there, again: _again, ...alone } = EVIDENCE;
  t.deepEqual(judgeFinding(alone), { standing: 'regression', note: 'The base does not have this call.' });
});

const ran = (shown: ReproducerRun['shown'], ...said: readonly string[]): ReproducerRun => ({
  shown,
  output: said.join('\n'),
  said,
});

test('on the other kernel a reproducer has to say the very same to show the same failure', (t) => {
  const line = 'line 40: munmap(arena, page): EINVAL, expected success';
  const other = 'line 40: munmap(arena, page): EFAULT, expected success';
  const patched = [ran('failure', line), ran('failure', line), ran('nothing')];
  t.deepEqual(
    countRuns({ patched, base: [ran('nothing'), ran('failure', other), ran('failure', line)] }, 'patched'),
    {
      here: { failure: 2, other: 0, of: 3 },
      there: { failure: 1, other: 1, of: 3 },
    },
  );
  t.deepEqual(countRuns({ patched, base: [] }, 'patched'), { here: { failure: 2, other: 0, of: 3 } });
});
