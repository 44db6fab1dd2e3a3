import test from 'ava';
import { brokenMutant, judgeMutant, type MutantSubject } from './judge-mutant.ts';
import { judgeMutants } from './judge-mutants.ts';
import type { SuiteOutcome } from './suite-outcome.ts';

const subject: MutantSubject = {
  name: 'no-flush',
  kernel: 'patched',
  arch: 'arm64',
  planned: 9,
  notice: new Map([
    ['CNC-01', ['races/one', 'races/two']],
    ['cow/read', ['cow/read']],
  ]),
};

const outcome = (...wrong: SuiteOutcome['wrong']): SuiteOutcome => ({ wrong, executed: 9, ms: 5, took: {} });
const verdictOf = (...results: Parameters<typeof judgeMutants>[0]) =>
  judgeMutants(results, { ms: 7, interrupted: false });

test('a mutant is killed by any wrong outcome, and assertions are told apart from crashes', (t) => {
  const result = judgeMutant(
    subject,
    outcome(
      { name: 'races/two', outcome: 'failed' },
      { name: 'cow/read', outcome: 'crashed' },
      { name: 'cow/write', outcome: 'hung' },
    ),
  );
  t.true(result.killed);
  t.deepEqual(result.by, ['races/two', 'cow/read', 'cow/write']);
  t.deepEqual(result.byAssertion, ['races/two']);
  t.deepEqual(result.unnoticed, []);
  t.is(verdictOf(result).verdict, 'passed');
});

test('a mutant that no case noticed survived, and fails the whole pass', (t) => {
  const result = judgeMutant(subject, outcome());
  t.false(result.killed);
  const record = verdictOf(result);
  t.is(record.verdict, 'failed');
  t.deepEqual(record.reasons, ['no-flush [arm64 patched] survived: no case noticed it.']);
});

test('a case that must notice and does not fails the whole, although the mutant is killed', (t) => {
  const record = verdictOf(judgeMutant(subject, outcome({ name: 'races/one', outcome: 'failed' })));
  t.is(record.killed, 1);
  t.is(record.verdict, 'failed');
  t.deepEqual(record.reasons, ['no-flush [arm64 patched] was not noticed by cow/read, as its header says.']);
});

test('a harness failure kills no mutant', (t) => {
  const record = verdictOf(judgeMutant(subject, { ...outcome(), trouble: 'QEMU died.' }));
  t.is(record.broken, 1);
  t.is(record.survived, 0);
  t.is(record.verdict, 'failed');
});

test('a mutant that does not build fails the whole', (t) => {
  const record = verdictOf(brokenMutant(subject, 'it does not apply'));
  t.is(record.broken, 1);
  t.is(record.killed, 0);
  t.deepEqual(record.reasons, ['no-flush [arm64 patched]: it does not apply']);
});

test('running no mutants is not a pass', (t) => {
  t.is(verdictOf().verdict, 'failed');
});
