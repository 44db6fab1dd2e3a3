import { countOf } from '../../util/count-of.ts';
import type { CaseExecution, CaseTally } from './case-tally.ts';
import { chanceOf, type Tally } from './chance.ts';

/** How often a suspicious case is executed again on each kernel. */
export const SUSPICIOUS_REPEATS = 5;
/** How often on top of that, if only some of those went wrong, and only with the series. */
export const FURTHER_REPEATS = 10;

/**
 * Whether repeats clear a kernel of an earlier failure: none of the first few went wrong, or at most one of many. A
 * busy host makes things happen once.
 */
export function isCleared(tally: CaseTally, planned: number): boolean {
  const { wrong, runs } = repeatsOf(tally, planned);
  return runs > SUSPICIOUS_REPEATS ? wrong <= 1 : runs > 0 && wrong === 0;
}

/**
 * How often each kernel failed, and how likely the difference is by chance. If a case was repeated out of suspicion,
 * only the repeats count: what went before is the reason for them.
 */
export function describeTallies(base: CaseTally, patched: CaseTally, planned: number): string | undefined {
  if (base.judged.length === 1 && patched.judged.length === 1) return undefined;
  const later = [repeatsOf(base, planned), repeatsOf(patched, planned)] as const;
  const repeated = later.every(({ runs }) => runs > 0);
  const [before, after] = repeated ? later : ([tallyOf(base.judged), tallyOf(patched.judged)] as const);
  // For a fix the question is the same with the kernels swapped.
  const worse = after.wrong * before.runs >= before.wrong * after.runs;
  const chance = worse ? chanceOf(before, after) : chanceOf(after, before);
  const what = repeated ? 'repeat' : 'run';
  return `Failed ${share(before, what)} on the base, ${after.wrong} of ${after.runs} with the series (Fisher, one-sided: ${probability(chance)}).`;
}

/** The executions beyond those every case gets. */
function repeatsOf({ judged }: CaseTally, planned: number): Tally {
  return tallyOf(judged.filter(({ repeat }) => repeat > planned));
}

const tallyOf = (runs: readonly CaseExecution[]): Tally => ({
  runs: runs.length,
  wrong: runs.filter(({ outcome }) => outcome !== 'passed').length,
});

const share = ({ wrong, runs }: Tally, what: string): string => `${wrong} of ${countOf(runs, what)}`;

/** A p-value as statisticians write it. */
function probability(chance: number): string {
  if (chance < 0.001) return 'p < 0.001';
  return `p = ${Number(chance.toPrecision(chance < 0.1 ? 1 : 2))}`;
}
