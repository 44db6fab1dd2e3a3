import { countOf } from '../../util/count-of.ts';
import type { CaseExecution, CaseTally } from './case-tally.ts';
import { chanceOf, type Tally } from './chance.ts';

/** How often a suspicious case is executed again on each kernel. */
export const SUSPICIOUS_REPEATS = 5;
/** And how often besides, where only some of those were wrong, and only with the series. */
export const FURTHER_REPEATS = 10;

/**
 * Whether repeats clear a kernel of what it did before: none of the first few was wrong, or no more than one of many. What
 * happens on a busy host happens once.
 */
export function isCleared(tally: CaseTally, planned: number): boolean {
  const { wrong, runs } = repeatsOf(tally, planned);
  return runs > SUSPICIOUS_REPEATS ? wrong <= 1 : runs > 0 && wrong === 0;
}

/**
 * How often each kernel failed, and what chance has to say about the difference. Where a case was repeated out of
 * suspicion only the repeats are told: what went before is why.
 */
export function describeTallies(base: CaseTally, patched: CaseTally, planned: number): string | undefined {
  if (base.judged.length === 1 && patched.judged.length === 1) return undefined;
  const later = [repeatsOf(base, planned), repeatsOf(patched, planned)] as const;
  const repeated = later.every(({ runs }) => runs > 0);
  const [before, after] = repeated ? later : ([tallyOf(base.judged), tallyOf(patched.judged)] as const);
  // Towards a fix the question is the same with the kernels exchanged.
  const worse = after.wrong * before.runs >= before.wrong * after.runs;
  const chance = worse ? chanceOf(before, after) : chanceOf(after, before);
  const what = repeated ? 'repeat' : 'run';
  return `Failed ${share(before, what)} on the base, ${after.wrong} of ${after.runs} with the series (Fisher, one-sided: ${probability(chance)}).`;
}

/** The executions beyond those that every case gets. */
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
