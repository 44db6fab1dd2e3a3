import type { PlannedCase } from '../../run/plan/plan.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { isSuspicious } from './classify.ts';
import { caseKey, compareCases, type KernelPair } from './gated-cases.ts';

/** How often a suspicious case is executed again on each kernel. */
const SUSPICIOUS_REPEATS = 5;
/** A series that breaks everything is known to after this many cases, and repeating the rest would take hours. */
const MOST_REPEATED = 40;

/** The cases that executions so far make suspicious and that are worth repeating, by their keys. */
export function findSuspicious(
  plan: readonly PlannedCase[],
  results: readonly CaseResult[],
  kernels: KernelPair,
): ReadonlySet<string> {
  const suspicious = compareCases(plan, results, kernels)
    .filter(
      ({ classification, base, patched }) => isSuspicious(classification) && booted([...base, ...patched]),
    )
    .slice(0, MOST_REPEATED);
  return new Set(suspicious.map(caseKey));
}

/** Repeats of cases on both kernels, which take turns in going first. */
export function planRepeats(
  plan: readonly PlannedCase[],
  suspicious: ReadonlySet<string>,
): readonly PlannedCase[] {
  const cases = Map.groupBy(
    plan.filter((planned) => suspicious.has(caseKey(planned))),
    caseKey,
  );
  return [...cases.values()].flatMap((planned) => {
    const asked = Math.max(...planned.map(({ repeat }) => repeat));
    const once = planned.filter(({ repeat }) => repeat === asked);
    return Array.from({ length: SUSPICIOUS_REPEATS }, (_, index) =>
      (index % 2 === 0 ? once : once.toReversed()).map((one) => ({ ...one, repeat: asked + index + 1 })),
    ).flat();
  });
}

/** A kernel that does not come up fails every case alike, and was not asked about any of them. */
const booted = (results: readonly CaseResult[]): boolean =>
  results.every(({ outcome, slot }) => outcome === 'passed' || outcome === 'skipped' || slot !== undefined);
