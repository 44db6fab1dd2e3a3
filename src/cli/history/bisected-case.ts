import type { ArchName } from '../../arch/architectures.ts';
import { findProbedCase } from '../../gate/bisect/find-probed-case.ts';
import type { ProbedCase } from '../../gate/bisect/probe-case.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { settleKernel } from '../../kernel/settle/settle-kernel.ts';
import { loadSuite } from '../../run/project/load-suite.ts';
import type { Project } from '../../run/project/project.ts';
import type { SelftestOptions } from '../../run/selftests/kernel-selftests.ts';
import {
  collectTreeTests,
  isTreeTestPattern,
  prepareForTreeTests,
} from '../../run/tree-tests/collect-tree-tests.ts';
import type { BisectFlags } from './bisect-flags.ts';

/** The case of a bisection, and what makes each of its kernels fit for it. */
export interface BisectedCase {
  readonly probed: ProbedCase;
  readonly settle: (
    kernel: KernelDefinition,
    arch: ArchName,
    options: SelftestOptions,
  ) => Promise<KernelDefinition>;
}

/**
 * Finds the case that a bisection is about. One of the kernel's own tree is looked for in that of `kernel`, which is
 * built for it where the test is part of a kernel.
 */
export async function findBisectedCase(
  flags: Pick<BisectFlags, 'case' | 'arch' | 'repeat'>,
  project: Project,
  kernel: KernelDefinition,
  options: SelftestOptions,
): Promise<BisectedCase> {
  const name = flags.case;
  const arch = flags.arch?.[0];
  const isTreeTest = isTreeTestPattern(name);
  const { specs } = isTreeTest
    ? await collectTreeTests([name], [kernel], arch === undefined ? undefined : [arch], options)
    : await loadSuite(project);
  return {
    probed: findProbedCase(name, specs, { kernel, arch, repeat: flags.repeat ?? 1 }),
    settle: async (one, on, settling) => {
      const prepared = isTreeTest ? await prepareForTreeTests(name, one, on, settling) : one;
      return settleKernel(prepared, { ...settling, arches: [on] });
    },
  };
}
