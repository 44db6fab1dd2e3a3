import type { CaseResult } from '../../run/record/record.ts';

/** The part of a case's result that classification reads. */
export type CaseExecution = Pick<
  CaseResult,
  'outcome' | 'observations' | 'problems' | 'splat' | 'expected' | 'skipReason' | 'repeat' | 'slot'
>;

/** All executions of one case on one kernel, in order, and what they add up to. */
export interface CaseTally {
  readonly all: readonly CaseExecution[];
  /** Those that say something about the kernel: neither skipped nor lost to the harness. */
  readonly judged: readonly CaseExecution[];
  readonly wrong: readonly CaseExecution[];
  readonly splats: readonly string[];
  readonly state: TallyState;
}

/** `absent`: never executed. `untold`: the harness failed each time. `mixed`: executions disagree on right and wrong. */
export type TallyState = 'absent' | 'untold' | 'skipped' | 'right' | 'wrong' | 'mixed';

/** Sorts the executions of one case on one kernel. */
export function tallyExecutions(all: readonly CaseExecution[]): CaseTally {
  const judged = all.filter(isJudged);
  const wrong = judged.filter(({ outcome }) => outcome !== 'passed');
  // A case that passed with a splat was meant to splat, or the project tolerates it.
  const splats = [...new Set(wrong.flatMap(({ splat }) => splat?.title ?? []))];
  return { all, judged, wrong, splats, state: stateOf(all, judged, wrong) };
}

/** Whether an execution says something about the kernel: it was neither skipped nor lost to the harness. */
export function isJudged({ outcome }: CaseExecution): boolean {
  return outcome !== 'skipped' && outcome !== 'infra-error';
}

/** Whether no execution got as far as the case, because its kernel did not boot: none had a guest. */
export function neverBooted(all: readonly CaseExecution[]): boolean {
  const judged = all.filter(isJudged);
  return (
    judged.length > 0 && judged.every(({ outcome, slot }) => outcome === 'crashed' && slot === undefined)
  );
}

function stateOf(
  all: readonly CaseExecution[],
  judged: readonly CaseExecution[],
  wrong: readonly CaseExecution[],
): TallyState {
  if (all.length === 0) return 'absent';
  if (judged.length === 0) return all.some(({ outcome }) => outcome === 'skipped') ? 'skipped' : 'untold';
  if (wrong.length === 0) return 'right';
  return wrong.length === judged.length ? 'wrong' : 'mixed';
}
