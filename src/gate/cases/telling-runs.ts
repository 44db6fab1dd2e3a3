import { countOf } from '../../util/count-of.ts';
import { isJudged, type CaseExecution } from './case-tally.ts';
import { isOfTime } from '../../console/splats/of-time.ts';

/** The executions with the series that a case is judged by. */
export interface TellingRuns<Run extends CaseExecution> {
  readonly runs: readonly Run[];
  /** A sentence on the others, where it is worth one. */
  readonly note: string | undefined;
}

/**
 * If a case was executed both with and without line counters, the runs without decide, also if they were skipped or lost
 * to the harness: counters make a kernel slower, and a different one. But no counter makes a kernel write where it must not, so a splat counts wherever it was seen,
 * unless it only says that something took too long.
 */
export function tellingRuns<Run extends CaseExecution>(
  plain: readonly Run[],
  counted: readonly Run[],
): TellingRuns<Run> {
  const judged = plain.filter(isJudged);
  if (plain.length === 0) return { runs: counted, note: undefined };
  // No slot means no guest: the kernel with counters did not boot.
  const damning = counted.filter(
    ({ splat, slot }) => splat !== undefined && slot !== undefined && !isOfTime(splat),
  );
  const wrong = counted.find((run) => isJudged(run) && run.outcome !== 'passed');
  const allRight = judged.length > 0 && judged.every(({ outcome }) => outcome === 'passed');
  return {
    runs: [...damning, ...plain],
    note:
      damning.length === 0 && wrong !== undefined && allRight
        ? `On the kernel with line counters it ${wrong.outcome}; without them it passed in each of ${countOf(judged.length, 'run')}.`
        : undefined,
  };
}
