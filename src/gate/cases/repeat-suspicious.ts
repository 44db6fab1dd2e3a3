import type { PlannedCase } from '../../run/plan/plan.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { isSuspicious } from './classify.ts';
import { caseKey, programOf, type ComparedCase, type KernelPair } from './gated-cases.ts';
import { FURTHER_REPEATS, SUSPICIOUS_REPEATS } from './repeats.ts';

/** After this many cases it is clear that a series breaks everything, and repeating the rest would take hours. */
const MOST_REPEATED = 40;

/** The cases that look suspicious so far and are worth repeating, by key; for a test, its program. */
export function findSuspicious(compared: readonly ComparedCase[]): ReadonlySet<string> {
  const suspicious = compared
    .filter(
      ({ classification, base, patched }) =>
        isSuspicious(classification) &&
        base.length > 0 &&
        patched.length > 0 &&
        booted([...base, ...patched]),
    )
    .slice(0, MOST_REPEATED);
  return new Set(suspicious.map((one) => caseKey(programOf(one))));
}

/**
 * The cases that sometimes go wrong with the series, and have been right on the base so far: a few repeats cannot tell.
 */
export function findUndecided(compared: readonly ComparedCase[]): ReadonlySet<string> {
  const undecided = compared.filter(
    ({ classification }) => classification.class === 'flaky' && classification.weight === 'bad',
  );
  return new Set(undecided.map((one) => caseKey(programOf(one))));
}

/** Repeats of cases on both kernels, which take turns going first; for cases already repeated, further repeats. */
export function planRepeats(
  plan: readonly PlannedCase[],
  suspicious: ReadonlySet<string>,
  { base, patched }: KernelPair,
  which: 'first' | 'further' = 'first',
): readonly PlannedCase[] {
  const cases = Map.groupBy(
    plan
      .filter(({ kernel }) => kernel === base || kernel === patched)
      .filter((one) => suspicious.has(caseKey(one))),
    caseKey,
  );
  const [before, count] = which === 'first' ? [0, SUSPICIOUS_REPEATS] : [SUSPICIOUS_REPEATS, FURTHER_REPEATS];
  return [...cases.values()].flatMap((planned) => {
    const asked = Math.max(...planned.map(({ repeat }) => repeat));
    const once = planned.filter(({ repeat }) => repeat === asked);
    return Array.from({ length: count }, (_, index) =>
      (index % 2 === 0 ? once : once.toReversed()).map((one) => ({
        ...one,
        repeat: asked + before + index + 1,
      })),
    ).flat();
  });
}

/** A kernel that does not boot fails every case alike, and says nothing about any of them. */
export const booted = (results: readonly CaseResult[]): boolean =>
  results.every(({ outcome, slot }) => outcome === 'passed' || outcome === 'skipped' || slot !== undefined);
