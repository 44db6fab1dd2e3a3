import type { ArchName } from '../../arch/architectures.ts';
import { gatherInput, type BuildInput } from '../../kernel/build/build-input.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { parsePatch } from '../../series/patches/patch-text.ts';
import { digestOf, type Digest } from '../../store/digest.ts';
import { mattersToSelftests } from './tree-part.ts';

/** A kernel's tree as far as its selftests are concerned. */
export interface SelftestTree {
  readonly input: BuildInput;
  /** Changes with whatever of source, series and compiler can matter to them. */
  readonly key: Digest;
}

/** Finds a kernel's selftests without opening its tree. Most series leave them as they are in the base. */
export async function findSelftestTree(
  kernel: KernelDefinition,
  arch: ArchName,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<SelftestTree> {
  const input = await gatherInput(kernel, arch, options);
  const { source, patches, toolchain, architecture } = input;
  const { sourceArch } = architecture.kernel;
  const changes = patches.filter(({ text }) =>
    parsePatch(text).some(({ touched }) => touched.some((path) => mattersToSelftests(path, sourceArch))),
  );
  const { compiler, linker, prefix } = toolchain;
  return {
    input,
    key: digestOf([source.identity, changes.map(({ text }) => text), arch, compiler, linker, prefix]),
  };
}
