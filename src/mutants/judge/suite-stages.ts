import type { PlannedCase } from '../../run/plan/plan.ts';
import { judgeMutant, type MutantSubject } from './judge-mutant.ts';
import type { SuiteOutcome } from './suite-outcome.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** The cases executed first, and those executed only if the first did not convict the mutant. */
export type SuiteStages = readonly (readonly PlannedCase[])[];

/**
 * The suite for a mutant: first the cases that its header names, then all others. The whole suite is a single stage, in
 * the same order: a suite that a bug stops early must not be stopped before the cases that matter.
 */
export function stageSuite(
  plan: readonly PlannedCase[],
  { notice }: MutantSubject,
  whole: boolean,
): SuiteStages {
  const names = new Set([...notice.values()].flat());
  const isNamed = ({ spec, case: name }: PlannedCase) => names.has(`${spec}/${name}`);
  const stages = [plan.filter(isNamed), plan.filter((planned) => !isNamed(planned))];
  return whole ? [stages.flat()] : stages.filter((stage) => stage.length > 0);
}

/**
 * Goes through the stages until the mutant is convicted by all that its header names, or until a stage was stopped early.
 * Undefined as soon as `outcomeOf` has no outcome.
 */
export async function goThrough<Unknown extends undefined>(
  stages: SuiteStages,
  subject: MutantSubject,
  outcomeOf: (stage: readonly PlannedCase[]) => Promise<SuiteOutcome | Unknown>,
): Promise<SuiteOutcome | Unknown> {
  let sum: SuiteOutcome = { wrong: [], executed: 0, ms: 0, took: {} };
  for (const stage of stages) {
    const outcome = await outcomeOf(stage);
    if (outcome === undefined) return outcome;
    sum = add(sum, outcome);
    const { killed, unnoticed } = judgeMutant(subject, sum);
    if ((killed && unnoticed.length === 0) || outcome.executed < stage.length) break;
  }
  return sum;
}

function add(a: SuiteOutcome, b: SuiteOutcome): SuiteOutcome {
  const trouble = a.trouble ?? b.trouble;
  return {
    wrong: [...a.wrong, ...b.wrong],
    ...withoutUndefined({ trouble }),
    executed: a.executed + b.executed,
    ms: a.ms + b.ms,
    took: { ...a.took, ...b.took },
  };
}
