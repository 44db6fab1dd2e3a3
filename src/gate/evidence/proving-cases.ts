import type { PlannedCase } from '../../run/plan/plan.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { caseKey, programOf, type GateKernels } from '../cases/gated-cases.ts';

/**
 * The planned cases by which a line counts as executed: those that passed on the patched kernel, or, as long as they
 * were not executed there, on the one with counters. A case that is wrong, skipped or lost to the harness shows that a
 * line ran, but not that it is right.
 */
export function findProving(
  onPatched: readonly PlannedCase[],
  results: readonly CaseResult[],
  { patched, counted }: GateKernels,
): readonly PlannedCase[] {
  const runs = Map.groupBy(
    results.filter(({ kernel }) => kernel === patched || kernel === counted),
    (one) => caseKey(programOf(one)),
  );
  return onPatched.filter((planned) => {
    const all = runs.get(caseKey(planned)) ?? [];
    const plain = all.filter(({ kernel }) => kernel === patched);
    return hasPassed(plain.length > 0 ? plain : all);
  });
}

/** Nothing says which test of a program ran a line: the program counts if any of them passed. */
function hasPassed(runs: readonly CaseResult[]): boolean {
  const { whole = [], tests = [] } = Object.groupBy(runs, ({ of }) => (of === undefined ? 'whole' : 'tests'));
  return whole.some(isPassed) && (tests.length === 0 || tests.some(isPassed));
}

const isPassed = ({ outcome }: CaseResult): boolean => outcome === 'passed';
