import { findSplats } from '../../console/splats/find-splats.ts';
import type { Allowance } from '../tolerated/allowance.ts';
import type { PlannedCase } from '../plan/plan.ts';

/**
 * A kernel's complaints before any case began, one sentence for each finding that the allow-list does not tolerate.
 * The cases of such a kernel run and are judged as usual, since they continue that boot; the run cannot pass.
 */
export function complainOfBoot(
  bootLog: string,
  planned: PlannedCase,
  allowance: Allowance | undefined,
): readonly string[] {
  return findSplats(bootLog)
    .filter((splat) => allowance?.find(splat, planned) === undefined)
    .map(
      ({ title }) =>
        `The kernel ${planned.kernel} (${planned.arch}) came up, and complained while it booted: ${title}.`,
    );
}
