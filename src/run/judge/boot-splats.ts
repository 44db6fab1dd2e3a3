import { findSplats } from '../../console/splats/find-splats.ts';
import type { Allowance } from '../tolerated/allowance.ts';
import type { PlannedCase } from '../plan/plan.ts';

/**
 * What a kernel complained of before any case began, one sentence for each finding that the allow-list does not put up
 * with. The cases of such a kernel run and are judged as ever, since they continue that boot; the run cannot pass.
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
