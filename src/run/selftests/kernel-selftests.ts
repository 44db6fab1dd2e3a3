import type { ArchName } from '../../arch/architectures.ts';
import { buildKernel } from '../../kernel/build/build-kernel.ts';
import { createStepTeller } from '../../kernel/build/tell-steps.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { openHeaders } from '../../kernel/settle/open-headers.ts';
import type { ConfigureOptions } from '../../kernel/settle/while-configured.ts';
import { buildCollection, type BuiltCollection } from '../../tests/selftests/build-collection.ts';
import { findSelftestTree } from '../../tests/selftests/tree-input.ts';

/** How selftests are built; see BuildKernelOptions. */
export interface SelftestOptions extends ConfigureOptions {
  readonly jobs: number;
}

/** A collection of a kernel's own selftests, from the store or built now. */
export async function buildSelftests(
  kernel: KernelDefinition,
  arch: ArchName,
  collection: string,
  options: SelftestOptions,
): Promise<BuiltCollection> {
  const tree = await findSelftestTree(kernel, arch, options);
  const onStep = createStepTeller({ kernel: kernel.id, arch }, options.onEvent);
  return buildCollection(tree, collection, {
    ...options,
    onStep,
    openHeaders: async () => {
      const opened = await openHeaders(kernel, arch, options);
      if (opened !== undefined) return opened;
      const { headers } = await buildKernel(kernel, arch, options);
      return { headers, [Symbol.asyncDispose]: async () => {} };
    },
  });
}
