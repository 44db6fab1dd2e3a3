import { readFile } from 'node:fs/promises';
import type { ArchName } from '../../arch/architectures.ts';
import { parseFragment } from '../../kernel/definition/config-file.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { Series } from '../../series/patches/series.ts';

/**
 * The config fragments that a patched kernel adds to its base and that part of its series can already use: those that
 * set no symbol defined only by a later patch.
 */
export async function fittingFragments(
  { base, patched }: { readonly base: KernelDefinition; readonly patched: KernelDefinition },
  { patches }: Series,
  count: number,
  arch: ArchName,
): Promise<readonly string[]> {
  const later = new Set(patches.slice(count).flatMap(({ text }) => definedBy(text)));
  for (const symbol of patches.slice(0, count).flatMap(({ text }) => definedBy(text))) later.delete(symbol);
  const before = base.fragments[arch] ?? [];
  const more = (patched.fragments[arch] ?? []).filter((file) => !before.includes(file));
  const fits = await Promise.all(
    more.map(async (file) =>
      parseFragment(await readFile(file, 'utf8'), file).every(({ symbol }) => !later.has(symbol)),
    ),
  );
  return more.filter((_, index) => fits[index]);
}

const definedBy = (text: string): string[] =>
  [...text.matchAll(/^\+\s*(?:menu)?config (\w+)$/gmu)].map(([, symbol = '']) => symbol);
