import type { PlannedCase } from '../run/plan.ts';
import type { CaseResult } from '../run/record.ts';
import { isSuspicious } from './classify.ts';
import { caseKey, compareCases, type KernelPair } from './gated-cases.ts';

/** How often a suspicious case is executed again on each kernel. */
export const SUSPICIOUS_REPEATS = 5;
/** A series that breaks everything is known to after this many cases, and repeating the rest would take hours. */
const MOST_REPEATED = 40;

/** The repeats, on both kernels in turns, of the cases that executions so far make suspicious. */
export function repeatSuspicious(
  plan: readonly PlannedCase[],
  results: readonly CaseResult[],
  kernels: KernelPair,
): readonly PlannedCase[] {
  const suspicious = compareCases(plan, results, kernels)
    .filter(
      ({ classification, patched, base }) => isSuspicious(classification) && booted([...patched, ...base]),
    )
    .slice(0, MOST_REPEATED);
  const keys = new Set(suspicious.map(caseKey));
  const pairs = Map.groupBy(
    plan.filter((planned) => keys.has(caseKey(planned))),
    caseKey,
  );
  return [...pairs.values()].flatMap((planned) => {
    const asked = Math.max(...planned.map(({ repeat }) => repeat));
    const once = planned.filter(({ repeat }) => repeat === asked);
    return Array.from({ length: SUSPICIOUS_REPEATS }, (_, index) =>
      (index % 2 === 0 ? once : once.toReversed()).map((one) => ({ ...one, repeat: asked + index + 1 })),
    ).flat();
  });
}

/** A kernel that does not come up fails every case alike, and was not asked about any of them. */
const booted = (results: readonly CaseResult[]): boolean => results.every(({ slot }) => slot !== undefined);
