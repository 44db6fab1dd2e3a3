import { countOf } from '../../util/count-of.ts';
import { isJudged, type CaseExecution } from './case-tally.ts';
import { isOfTime } from './splats-of-time.ts';

/** The executions with a series that its case is judged by. */
export interface TellingRuns<Run extends CaseExecution> {
  readonly runs: readonly Run[];
  /** What the others were like, where that is worth a sentence. */
  readonly note: string | undefined;
}

/**
 * Where a case was executed with and without line counters, those without decide: counters make a kernel slower, and
 * another one. But no counter makes a kernel write where it must not, so a splat counts wherever it was seen; all but those
 * which say that something took too long.
 */
export function tellingRuns<Run extends CaseExecution>(
  plain: readonly Run[],
  counted: readonly Run[],
): TellingRuns<Run> {
  const judged = plain.filter(isJudged);
  if (judged.length === 0) return { runs: counted.length === 0 ? plain : counted, note: undefined };
  // Without a slot there was no guest: the kernel with counters did not come up.
  const damning = counted.filter(
    ({ splat, slot }) => splat !== undefined && slot !== undefined && !isOfTime(splat),
  );
  const wrong = counted.find((run) => isJudged(run) && run.outcome !== 'passed');
  const allRight = judged.every(({ outcome }) => outcome === 'passed');
  return {
    runs: [...damning, ...plain],
    note:
      damning.length === 0 && wrong !== undefined && allRight
        ? `On the kernel with line counters it ${wrong.outcome}; without them it passed in each of ${countOf(judged.length, 'run')}.`
        : undefined,
  };
}
