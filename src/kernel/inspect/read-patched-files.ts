import { readFile } from 'node:fs/promises';
import type { ArchName } from '../../arch/architectures.ts';
import { gatherInput } from '../build/build-input.ts';
import { openPatchedTree } from '../build/patched-tree.ts';
import type { KernelDefinition } from '../definition/definition.ts';
import { linkTarget } from '../tools/file-token.ts';

/** The lines of some files of a kernel's patched tree, by path. What is not there, or a symbolic link, is left out. */
export async function readPatchedFiles(
  definition: KernelDefinition,
  arch: ArchName,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const input = await gatherInput(definition, arch, { signal });
  await using tree = await openPatchedTree(input, signal, () => {});
  const found = new Map<string, readonly string[]>();
  for (const path of paths) {
    const file = tree.files.get(path);
    if (file === undefined || linkTarget(file.token) !== undefined) continue;
    found.set(path, (await readFile(file.from, 'utf8')).split('\n'));
  }
  return found;
}
