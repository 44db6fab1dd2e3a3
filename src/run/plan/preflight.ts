import type { ArchName } from '../../arch/architectures.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { PlannedCase } from './plan.ts';

/** What finds mistakes before anything is built. */
export interface Preflight {
  /** Finds out which features kernels will have on these architectures; see settleKernel. */
  settle(
    kernels: readonly KernelDefinition[],
    arches: readonly ArchName[],
  ): Promise<readonly KernelDefinition[]>;
  /** Throws if something that is planned cannot be built. */
  check(plan: readonly PlannedCase[], kernels: readonly KernelDefinition[]): Promise<void>;
}

/** Kernels are taken at their word. */
export const NO_PREFLIGHT: Preflight = { settle: async (kernels) => kernels, check: async () => {} };
