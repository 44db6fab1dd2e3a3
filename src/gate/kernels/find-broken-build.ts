import type { ArchName } from '../../arch/architectures.ts';
import { BuildError } from '../../errors.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { Backend, Step } from '../../run/execute/backend.ts';

/** An architecture for which the base builds and the patched kernel does not. */
export interface BrokenBuild {
  readonly arch: ArchName;
  readonly error: BuildError;
}

/**
 * Finds out whether it is the series that breaks the build. Throws what a base's build throws: that is not the series'
 * doing. What was built before is not built again.
 */
export async function findBrokenBuild(
  { base, patched }: { readonly base: KernelDefinition; readonly patched: KernelDefinition },
  arches: readonly ArchName[],
  backend: Pick<Backend<KernelDefinition>, 'buildKernel'>,
  step: Step,
): Promise<BrokenBuild | undefined> {
  for (const arch of arches) {
    await backend.buildKernel(base, arch, step);
    try {
      await backend.buildKernel(patched, arch, step);
    } catch (error) {
      if (error instanceof BuildError) return { arch, error };
      throw error;
    }
  }
  return undefined;
}
