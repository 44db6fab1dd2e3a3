import type { ArchName } from '../../arch/architectures.ts';
import { wantedArches } from '../../arch/wanted-arches.ts';
import { readAbilities } from '../../kernel/definition/abilities.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { findCollections } from '../../tests/selftests/find-collection.ts';
import { listSelftests, type SelftestProgram } from '../../tests/selftests/selftest-programs.ts';
import { findSelftestTree } from '../../tests/selftests/tree-input.ts';
import type { CollectedTests } from '../plan/collected-tests.ts';
import { buildSelftests, type SelftestOptions } from './kernel-selftests.ts';
import { findScriptTools } from './selftest-files.ts';
import { createSelftestSpec, type ProgramOnKernel } from './selftest-spec.ts';

/** Patterns of specs that name selftests of the kernel: `selftests/mm`, `selftests/mm/mremap_test`. */
export const isSelftestPattern = (pattern: string): boolean => pattern.startsWith('selftests/');

/** Builds the selftests that patterns name, of each kernel's own tree. */
export async function collectSelftests(
  patterns: readonly string[],
  kernels: readonly KernelDefinition[],
  arches: readonly ArchName[] | undefined,
  options: SelftestOptions,
): Promise<CollectedTests> {
  const prepared: KernelDefinition[] = [];
  const programs: ProgramOnKernel[] = [];
  for (const kernel of kernels) {
    const wanted = wantedArches(kernel.arch, arches);
    const { kernel: configured, collections } = await withConfig(kernel, wanted, patterns, options);
    prepared.push(configured);
    for (const arch of wanted)
      for (const collection of collections)
        for (const program of await programsOf(configured, arch, collection, options))
          programs.push({ kernel: kernel.id, arch, collection, program });
  }
  const byName = Map.groupBy(
    programs,
    ({ collection, program: { name } }) => `selftests/${collection}/${name}`,
  );
  return {
    kernels: prepared,
    specs: [...byName].map(([name, found]) => createSelftestSpec(name, found, programs)),
  };
}

/**
 * A kernel with the config of collections. One that asks for all of it already stays as it is; another has a lineage of
 * its own, since most of it is compiled anew.
 */
async function withConfig(
  kernel: KernelDefinition,
  arches: readonly ArchName[],
  patterns: readonly string[],
  { signal }: SelftestOptions,
): Promise<{ readonly kernel: KernelDefinition; readonly collections: readonly string[] }> {
  const fragments = { ...kernel.fragments };
  const collections = new Set<string>();
  for (const arch of arches) {
    const tree = await findSelftestTree(kernel, arch, { signal });
    const found = await findCollections(tree, patterns, signal);
    fragments[arch] = [...(kernel.fragments[arch] ?? []), ...found.fragments];
    for (const name of found.collections) collections.add(name);
  }
  const configured = { ...kernel, variant: `${kernel.variant}-selftests`, fragments };
  const abilities = await readAbilities(configured);
  const isComplete = arches.every((arch) => {
    const [before, after] = [kernel.abilities.symbols[arch], abilities.symbols[arch]];
    return before !== undefined && [...(after ?? [])].every((symbol) => before.has(symbol));
  });
  return {
    kernel: isComplete ? kernel : { ...configured, abilities },
    collections: [...collections],
  };
}

async function programsOf(
  kernel: KernelDefinition,
  arch: ArchName,
  collection: string,
  options: SelftestOptions,
): Promise<readonly SelftestProgram[]> {
  const built = await buildSelftests(kernel, arch, collection, options);
  const onNotice = (message: string) => options.onEvent?.({ type: 'noticed', message });
  const { interpreters } =
    Object.keys(built.scripts).length === 0
      ? { interpreters: { known: new Set<string>() } }
      : await findScriptTools(arch, { signal: options.signal, onNotice });
  return listSelftests(collection, built, interpreters);
}
