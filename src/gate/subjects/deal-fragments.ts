import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { requireFiles } from '../../kernel/definition/adapt-kernel.ts';
import { parseFragment } from '../../kernel/definition/config-file.ts';
import type { Series } from '../../series/patches/series.ts';
import { findOrCreate, type ContentStore } from '../../store/content-store.ts';
import { digestOf } from '../../store/digest.ts';
import { kconfigSymbolsOf } from './kconfig-symbols.ts';

/** Config fragments by the kernels of a gate that get them. */
export interface DealtFragments {
  readonly both: readonly string[];
  readonly patched: readonly string[];
}

/**
 * Deals config fragments to the two kernels of a gate. What the series itself defines, changes or selects, only the
 * patched kernel can have; anything else on one kernel alone would be blamed on the series. A fragment with both is
 * split.
 */
export async function dealFragments(
  files: readonly string[],
  { patches }: Pick<Series, 'patches'>,
): Promise<DealtFragments> {
  await requireFiles(files);
  const own = kconfigSymbolsOf(patches.map(({ text }) => text));
  const dealt = await Promise.all(files.map((file) => deal(file, own)));
  return { both: dealt.flatMap(({ both }) => both), patched: dealt.flatMap(({ patched }) => patched) };
}

async function deal(file: string, own: ReadonlySet<string>): Promise<DealtFragments> {
  const text = await readFile(file, 'utf8');
  const requests = parseFragment(text, file);
  const ofSeries = requests.filter(({ symbol }) => own.has(symbol));
  if (ofSeries.length === 0) return { both: [file], patched: [] };
  if (ofSeries.length === requests.length) return { both: [], patched: [file] };
  const lines = new Set(ofSeries.map(({ line }) => line));
  const name = basename(file);
  const both = textOf(text, requests, (line) => !lines.has(line));
  const patched = textOf(text, requests, (line) => lines.has(line));
  const { folder } = await findOrCreate(fragmentStore, digestOf([name, both, patched]), (target) =>
    writeHalves(target, { name, both, patched }),
  );
  return { both: [join(folder, 'both', name)], patched: [join(folder, 'patched', name)] };
}

/** A fragment with only some of its requests, each on the line where it was; messages name it. */
function textOf(
  text: string,
  requests: readonly { readonly line: number }[],
  keeps: (line: number) => boolean,
): string {
  const dropped = new Set(requests.flatMap(({ line }) => (keeps(line) ? [] : [line])));
  return text
    .split('\n')
    .map((line, index) => (dropped.has(index + 1) ? '' : line))
    .join('\n');
}

/** Halves of fragments: what configures a kernel reads files. */
const fragmentStore: ContentStore<Record<string, never>> = {
  name: 'fragments',
  manifest: z.strictObject({}),
};

async function writeHalves(
  folder: string,
  { name, ...halves }: { readonly name: string; readonly both: string; readonly patched: string },
): Promise<Record<string, never>> {
  for (const [half, text] of Object.entries(halves)) {
    await mkdir(join(folder, half));
    await writeFile(join(folder, half, name), text);
  }
  return {};
}
