import { resolve } from 'node:path';
import { byArch } from '../../arch/by-arch.ts';
import { UsageError } from '../../errors.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import { readAbilities } from './abilities.ts';
import type { KernelDefinition } from './definition.ts';

/** What a command line changes in a kernel. */
export interface KernelAdaption {
  /** A local kernel tree in place of source and series, tested unchanged. */
  readonly tree?: string | undefined;
  /** Config fragments for every architecture, merged last. */
  readonly fragments?: readonly string[];
  /** A whole `.config` to start from. */
  readonly configFrom?: string | undefined;
}

/** A kernel as a command line changes it. */
export async function adaptKernel(
  kernel: KernelDefinition,
  { tree, fragments = [], configFrom }: KernelAdaption,
): Promise<KernelDefinition> {
  await requireFiles([...fragments, ...(configFrom === undefined ? [] : [configFrom])]);
  const { source, series } = kernel;
  const subject = tree === undefined ? { source, series } : givenTree(kernel, tree);
  const merged = byArch(kernel.arch, (arch) => [...(kernel.fragments[arch] ?? []), ...fragments]);
  const adapted = { ...kernel, ...subject, ...withoutUndefined({ configFrom }), fragments: merged };
  return { ...adapted, abilities: await readAbilities(adapted) };
}

function givenTree(
  { source, role }: KernelDefinition,
  tree: string,
): Partial<KernelDefinition> & Pick<KernelDefinition, 'source' | 'series'> {
  return {
    source: { kind: 'tree', folder: resolve(tree) },
    series: [],
    base: undefined,
    ...(source.kind === 'given' && role === 'base' ? { standalone: true } : {}),
  };
}

/** Throws UsageError unless all files that a command line names for a configuration are there. */
export async function requireFiles(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const kind = await kindOfPath(file);
    if (kind === 'file') continue;
    throw new UsageError(`There is no file ${file}${kind === undefined ? '' : `: it is a ${kind}`}.`, {
      code: 'KERNEL_FRAGMENT_MISSING',
      hint: 'Give the path of a config fragment, or of a whole .config.',
    });
  }
}
