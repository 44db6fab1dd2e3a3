import type { ArchName } from '../../arch/architectures.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import type { Backend, Step } from '../../run/execute/backend.ts';

/** Base and patched kernel of one architecture, built. */
export interface BuiltPair {
  readonly arch: ArchName;
  readonly base: BuiltKernel;
  readonly patched: BuiltKernel;
  /** Both are the same, byte for byte: nothing of the series is in them. */
  readonly identical: boolean;
}

/** Builds both kernels for each architecture, before anything boots. Builds are reproducible: one build id is one kernel. */
export async function buildPairs(
  { base, patched }: { readonly base: KernelDefinition; readonly patched: KernelDefinition },
  arches: readonly ArchName[],
  backend: Backend<KernelDefinition>,
  step: Step,
): Promise<readonly BuiltPair[]> {
  const pairs: BuiltPair[] = [];
  for (const arch of arches) {
    const before = await backend.buildKernel(base, arch, step);
    const after = await backend.buildKernel(patched, arch, step);
    pairs.push({ arch, base: before, patched: after, identical: before.buildId === after.buildId });
  }
  return pairs;
}
