import { flattenKtap, type KtapCase } from '../../tests/ktap/flatten-ktap.ts';
import type { KtapStatus } from '../../tests/ktap/ktap-test.ts';
import { parseKtap } from '../../tests/ktap/parse-ktap.ts';

/** What the tests came to that a command printed. */
export interface KtapVerdict {
  /** At least one passed, none failed or crashed, and the command itself has nothing else to say. */
  readonly passed: boolean;
  readonly counts: Readonly<Record<KtapStatus, number>>;
  /** Tests that failed or crashed. */
  readonly bad: readonly KtapCase[];
  /** Why it did not pass, where no test says so; and what is wrong with the document. */
  readonly problems: readonly string[];
}

/** What kselftest ends with when everything was skipped. */
const SKIPPED = 4;

/** Judges a command by the tests that it reported, and by its exit status: a test cannot pass in one that failed. */
export function judgeKtap(output: string, status: number): KtapVerdict {
  const { tests, problems } = parseKtap(output);
  const cases = flattenKtap(tests);
  const count = (wanted: KtapStatus): number => cases.filter(({ test }) => test.status === wanted).length;
  const counts = {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    crashed: count('crashed'),
  };
  const bad = cases.filter(({ test: { status: one } }) => one === 'failed' || one === 'crashed');
  const found = [
    ...problems,
    ...(counts.passed === 0 && bad.length === 0 ? ['No test passed.'] : []),
    ...(bad.length === 0 && status !== 0 && status !== SKIPPED
      ? [`No test failed, but the command ended with status ${status}.`]
      : []),
  ];
  return { passed: bad.length === 0 && found.length === 0, counts, bad, problems: found };
}
