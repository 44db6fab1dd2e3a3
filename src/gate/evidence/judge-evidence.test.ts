import test from 'ava';
import type { CoverageSubject } from '../../coverage/coverage-record.ts';
import { judgeEvidence } from './judge-evidence.ts';

/** Lines of one file ran or not, and these changes were not found. */
function judge(executable: number, ran: number, unplaced?: CoverageSubject['unplaced']) {
  const total = { executable, ran };
  const never = ran < executable ? [{ from: 2, to: 3, function: 'f' }] : [];
  const file = { path: 'mm/x.c', added: executable, total, arches: {}, never, hunks: [] };
  const coverage: CoverageSubject = {
    kernel: 'k',
    patches: ['0001-x.patch'],
    builds: [],
    total,
    arches: {},
    files: executable > 0 ? [file] : [],
    withoutCode: [],
    ...(unplaced === undefined ? {} : { unplaced }),
  };
  const { untested, changed } = judgeEvidence({
    identical: [],
    compared: ['x86_64'],
    coverage,
    uncounted: undefined,
  });
  return { untested, changed };
}

const GONE = { path: 'mm/y.c', problem: 'gone' as const, patch: 0, line: 7 };
const SAID =
  'What 0001-x.patch changes near line 7 of mm/y.c could not be counted: the patched file does not hold it.';

test('a series of which some ran is not untested, if all of it was found', (t) => {
  t.deepEqual(judge(3, 1), { untested: [], changed: { lines: 3, ran: 1 } });
});

test('a change that was not found leaves a series untested, and no share of it is claimed', (t) => {
  t.deepEqual(judge(3, 3, [GONE]), { untested: [SAID], changed: undefined });
  t.deepEqual(judge(2, 0, [GONE]), {
    untested: ['None of the 2 changed lines that were found ran: mm/x.c:2-3 (f).', SAID],
    changed: undefined,
  });
});

test('where nothing was found, it is not said that there is no code', (t) => {
  t.deepEqual(judge(0, 0, [GONE]), { untested: [SAID], changed: undefined });
  t.deepEqual(judge(0, 0).untested, [
    'No line that the series adds or removes in the files that it changes holds code that could be counted.',
  ]);
});

test('each kind of change that was not found has its reason, and many are counted', (t) => {
  const { untested } = judge(1, 1, [
    { path: 'mm/new.c', problem: 'missing' },
    ...Array.from({ length: 5 }, (_, line) => ({ ...GONE, problem: 'ambiguous' as const, line })),
  ]);
  t.is(
    untested[0],
    'What the series changes in mm/new.c could not be counted: the patched tree does not have this file.',
  );
  t.regex(untested[1] ?? '', /near line 0 of mm\/y\.c could not be counted: it fits several places/u);
  t.is(untested.at(-1), 'The same goes for 2 other changes.');
});

test('files in which nothing is counted need not be found', (t) => {
  for (const path of ['mm/Kconfig', 'Documentation/x.rst', 'tools/testing/selftests/mm/x.c'])
    t.deepEqual(judge(1, 1, [{ ...GONE, path }]), { untested: [], changed: { lines: 1, ran: 1 } });
});
