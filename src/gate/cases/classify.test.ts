import test from 'ava';
import type { Outcome } from '../../run/record/record.ts';
import type { CaseExecution } from './case-tally.ts';
import { classifyCase, isSuspicious } from './classify.ts';

interface Given {
  readonly outcomes: readonly Outcome[];
  readonly expected?: string;
  /** Title of the splat of every crashed run. */
  readonly splat?: string;
  readonly problem?: string;
  /** Whether its kernel did. */
  readonly booted?: boolean;
}

/** The executions of a case with these outcomes. */
function runs({ outcomes, expected = 'EFAULT', splat, problem, booted = true }: Given): CaseExecution[] {
  return outcomes.map((outcome, index) => ({
    outcome,
    observations: {},
    expected: { 'call.errno': expected },
    problems: outcome === 'passed' || outcome === 'skipped' ? [] : [problem ?? 'It was wrong.'],
    repeat: index + 1,
    ...(booted ? { slot: 0 } : {}),
    ...(splat !== undefined && outcome === 'crashed'
      ? { splat: { kind: 'bug', title: splat, lines: [splat] } }
      : {}),
    ...(outcome === 'skipped' ? { skipReason: 'no huge pages.' } : {}),
  }));
}

const passed: Given = { outcomes: ['passed'] };
const failed: Given = { outcomes: ['failed'] };
const skipped: Given = { outcomes: ['skipped'] };

const classified = test.macro({
  exec(t, base: Given, patched: Given, wanted: string, weight: string) {
    const classification = classifyCase(runs(base), runs(patched));
    t.deepEqual([classification.class, classification.weight], [wanted, weight]);
  },
  title: (title) => title ?? '',
});

test('right on both by one expectation is unchanged', classified, passed, passed, 'unchanged', 'none');
test(
  'right on both by different expectations is new behaviour as specified',
  classified,
  { outcomes: ['passed'], expected: 'ENOSYS' },
  passed,
  'new-behaviour',
  'none',
);
test('right before and wrong now is a regression', classified, passed, failed, 'regression', 'bad');
test(
  'a hang where the base was right is a regression',
  classified,
  passed,
  { outcomes: ['hung'] },
  'regression',
  'bad',
);
test('wrong before and right now is a fix', classified, failed, passed, 'fix', 'none');
test('wrong on both is a failure from before', classified, failed, failed, 'pre-existing-failure', 'none');
test(
  'a splat where the base was right is a new splat',
  classified,
  passed,
  { outcomes: ['crashed'], splat: 'KASAN: use-after-free' },
  'new-splat',
  'bad',
);
test(
  'a splat where the base was only wrong is a new splat',
  classified,
  failed,
  { outcomes: ['crashed'], splat: 'KASAN: use-after-free' },
  'new-splat',
  'bad',
);
test(
  'another splat than the base had is a new splat',
  classified,
  { outcomes: ['crashed'], splat: 'WARNING in a' },
  { outcomes: ['crashed'], splat: 'KASAN: use-after-free in b' },
  'new-splat',
  'bad',
);
test(
  'the same splat on both is a failure from before',
  classified,
  { outcomes: ['crashed'], splat: 'WARNING in a' },
  { outcomes: ['crashed'], splat: 'WARNING in a' },
  'pre-existing-failure',
  'none',
);
test(
  'a splat in one of several runs is a new splat, not flaky',
  classified,
  { outcomes: ['passed', 'passed'] },
  { outcomes: ['passed', 'crashed'], splat: 'KASAN: use-after-free' },
  'new-splat',
  'bad',
);
test(
  'a crash without a splat is a regression',
  classified,
  passed,
  { outcomes: ['crashed'] },
  'regression',
  'bad',
);
test(
  'repeats that disagree with the series alone are flaky, and bad',
  classified,
  { outcomes: ['passed', 'passed', 'passed'] },
  { outcomes: ['failed', 'failed', 'passed'] },
  'flaky',
  'bad',
);
test(
  'repeats that disagree on both kernels are flaky, which the series did not begin',
  classified,
  { outcomes: ['passed', 'failed'] },
  { outcomes: ['failed', 'passed'] },
  'flaky',
  'none',
);
test(
  'repeats that disagree on the base alone are flaky, and not the fault of the series',
  classified,
  { outcomes: ['passed', 'failed'] },
  { outcomes: ['passed', 'passed'] },
  'flaky',
  'none',
);
test(
  'what the harness never managed is open',
  classified,
  passed,
  { outcomes: ['infra-error'] },
  'not-comparable',
  'open',
);
test(
  'a base that the harness never managed is open',
  classified,
  { outcomes: ['infra-error'] },
  passed,
  'not-comparable',
  'open',
);
test(
  'a case that was not executed with the series is open',
  classified,
  passed,
  { outcomes: [] },
  'not-comparable',
  'open',
);
test(
  'a case that was not executed on the base is open',
  classified,
  { outcomes: [] },
  passed,
  'not-comparable',
  'open',
);
test(
  'nothing executed at all is open',
  classified,
  { outcomes: [] },
  { outcomes: [] },
  'not-comparable',
  'open',
);
test(
  'harness trouble in one of several runs does not count',
  classified,
  passed,
  { outcomes: ['infra-error', 'passed'] },
  'unchanged',
  'none',
);
test('skipped on both kernels cannot be compared', classified, skipped, skipped, 'not-comparable', 'none');
test(
  'a case that ran before and is skipped now speaks against the series',
  classified,
  passed,
  skipped,
  'not-comparable',
  'bad',
);
test(
  'a case that can run only with the series is no reproach',
  classified,
  skipped,
  passed,
  'not-comparable',
  'none',
);
test(
  'a case that can run only with the series and is wrong there is one',
  classified,
  skipped,
  failed,
  'not-comparable',
  'bad',
);
test(
  'a failure of before that is skipped now is no reproach',
  classified,
  failed,
  skipped,
  'not-comparable',
  'none',
);

const unbooted: Given = { outcomes: ['crashed'], booted: false };
const comparedWithout = test.macro({
  exec(t, patched: Given, wanted: string, weight: string) {
    const { class: kind, ...rest } = classifyCase(runs(unbooted), runs(patched));
    t.deepEqual([kind, rest.weight], [wanted, weight]);
  },
  title: (title) => `where the base does not boot, ${title ?? ''}`,
});

test(
  'what does not boot with the series either is open',
  comparedWithout,
  unbooted,
  'not-comparable',
  'open',
);
test('what is wrong with the series is open', comparedWithout, failed, 'not-comparable', 'open');
test(
  'what crashes with the series is open',
  comparedWithout,
  { outcomes: ['crashed'], splat: 'KASAN: use-after-free' },
  'not-comparable',
  'open',
);
test(
  'what is right now and then is open',
  comparedWithout,
  { outcomes: ['passed', 'failed'] },
  'not-comparable',
  'open',
);
test('what is skipped with the series is open', comparedWithout, skipped, 'not-comparable', 'open');
test('what is right with the series is a fix', comparedWithout, passed, 'fix', 'none');

test('where only the patched kernel does not boot, each case is a regression', (t) => {
  const { class: kind, weight } = classifyCase(runs(passed), runs(unbooted));
  t.deepEqual([kind, weight], ['regression', 'bad']);
});

test('a base that does not boot says so beside a case', (t) => {
  t.is(classifyCase(runs(unbooted), runs(unbooted)).note, 'Neither kernel boots.');
  t.is(
    classifyCase(runs(unbooted), runs(failed)).note,
    'The base does not boot, and with the series it was wrong.',
  );
});

test('a splat that a case is meant to cause is no new one', (t) => {
  const expected = { kind: 'bug', title: 'kernel BUG as expected', lines: [] };
  const crashing = runs(passed).map((run) => ({ ...run, splat: expected }));
  t.is(classifyCase(runs({ ...passed, expected: 'ENOSYS' }), crashing).class, 'new-behaviour');
});

test('a case that only the patched kernel can execute is no reproach, unless it is wrong', (t) => {
  const plan = { repeat: 1, onBase: false, onPatched: true };
  t.is(classifyCase([], runs(passed), plan).weight, 'none');
  t.is(classifyCase([], runs(failed), plan).weight, 'bad');
  t.is(classifyCase([], [], plan).weight, 'open');
});

test('a case that the series makes impossible speaks against it', (t) => {
  const classification = classifyCase(runs(passed), [], { repeat: 1, onBase: true, onPatched: false });
  t.deepEqual([classification.class, classification.weight], ['not-comparable', 'bad']);
});

const suspicious = (base: Given, patched: Given): boolean =>
  isSuspicious(classifyCase(runs(base), runs(patched)));

test('a class that could be chance is suspicious, and so repeated', (t) => {
  const of = suspicious;
  t.true(of(passed, failed));
  t.true(of(failed, passed));
  t.true(of(passed, { outcomes: ['crashed'], splat: 'BUG' }));
  t.true(of(passed, { outcomes: ['failed', 'passed'] }));
  t.false(of(passed, passed));
  t.false(of(failed, failed));
  t.false(of(skipped, passed));
});

const FIVE = Array.from({ length: 5 }, (): Outcome => 'passed');

test('the note of a repeated case tells the repeats alone, as statisticians do', (t) => {
  const wrong = Array.from({ length: 5 }, (): Outcome => 'failed');
  const regression = classifyCase(
    runs({ outcomes: ['passed', ...FIVE] }),
    runs({ outcomes: ['failed', ...wrong] }),
  );
  t.is(
    regression.note,
    'Failed 0 of 5 repeats on the base, 5 of 5 with the series (Fisher, one-sided: p = 0.004).',
  );
});

test('what no repeat does again is not held against the series: the first run is why it was repeated', (t) => {
  const once = classifyCase(runs({ outcomes: ['passed', ...FIVE] }), runs({ outcomes: ['failed', ...FIVE] }));
  t.deepEqual([once.class, once.weight], ['flaky', 'none']);
  t.is(once.note, 'Failed 0 of 5 repeats on the base, 0 of 5 with the series (Fisher, one-sided: p = 1).');
});

test('what one repeat of five does again is, until further repeats clear it', (t) => {
  const again = (...more: Outcome[]) =>
    classifyCase(
      runs({ outcomes: ['passed', ...FIVE, ...FIVE, ...FIVE] }),
      runs({ outcomes: ['failed', 'failed', 'passed', 'passed', 'passed', 'passed', ...more] }),
    ).weight;
  t.is(again(), 'bad');
  t.is(again(...FIVE, ...FIVE), 'none');
  t.is(again(...FIVE, ...FIVE.slice(1), 'failed'), 'bad');
});

const crashedOnce = (kind: string) => {
  const [first, ...repeats] = runs({ outcomes: ['crashed', ...FIVE], splat: 'x' });
  return classifyCase(runs({ outcomes: ['passed', ...FIVE] }), [
    { ...first!, splat: { kind, title: 'x', lines: [] } },
    ...repeats,
  ]);
};

test('a splat counts though no repeat makes it again, unless it says that something took too long', (t) => {
  t.deepEqual([crashedOnce('kasan').class, crashedOnce('kasan').weight], ['new-splat', 'bad']);
  t.deepEqual([crashedOnce('rcu-stall').class, crashedOnce('rcu-stall').weight], ['flaky', 'none']);
});

test('a case that is skipped with the series alone is suspicious: it may not be so again', (t) => {
  t.true(suspicious(passed, skipped));
});

test('runs that were asked for in the first place all count', (t) => {
  const { note } = classifyCase(
    runs({ outcomes: ['passed', 'passed', 'passed'] }),
    runs({ outcomes: ['failed', 'failed', 'failed'] }),
    { repeat: 3, onBase: true, onPatched: true },
  );
  t.is(note, 'Failed 0 of 3 runs on the base, 3 of 3 with the series (Fisher, one-sided: p = 0.05).');
});

test('a fix is judged with the kernels exchanged', (t) => {
  const { note } = classifyCase(
    runs({ outcomes: ['failed', 'failed', 'failed'] }),
    runs({ outcomes: ['passed', 'passed', 'passed'] }),
    { repeat: 3, onBase: true, onPatched: true },
  );
  t.is(note, 'Failed 3 of 3 runs on the base, 0 of 3 with the series (Fisher, one-sided: p = 0.05).');
});

test('a failure that changed its face says so', (t) => {
  const { note } = classifyCase(
    runs({ outcomes: ['failed'], problem: 'call.errno: expected none, seen EFAULT.' }),
    runs({ outcomes: ['failed'], problem: 'call.errno: expected none, seen EINVAL.' }),
  );
  t.regex(note ?? '', /seen EFAULT\. Now: .*seen EINVAL/u);
});

test('a new splat says how often it came and what the base did', (t) => {
  const { note } = classifyCase(
    runs({ outcomes: ['passed', 'passed'] }),
    runs({ outcomes: ['crashed', 'passed'], splat: 'WARNING in x' }),
  );
  t.is(note, 'The kernel reported WARNING in x in 1 of 2 runs; the base was right and silent.');
});
