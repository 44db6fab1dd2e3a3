import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { byArch } from '../../arch/by-arch.ts';
import { findOrCreate, type ContentStore } from '../../store/content-store.ts';
import { digestOf } from '../../store/digest.ts';
import { bytesOfText } from '../../util/byte-text.ts';
import { readAbilities } from './abilities.ts';
import type { KernelDefinition } from './definition.ts';
import type { KernelRole } from './kernel.ts';

/** What a derived kernel has beyond the one that it is derived from. */
export interface KernelChange {
  readonly id: string;
  readonly summary: string;
  readonly role: KernelRole;
  /** Applied after the patches of the kernel itself. */
  readonly patches: readonly NamedPatch[];
  /** Config fragments for every architecture, merged last. */
  readonly fragments: readonly string[];
}

/** A patch that is no file of a series' folder. */
export interface NamedPatch {
  /** A file name. */
  readonly name: string;
  readonly text: string;
}

/** A kernel like another one with more patches and config fragments on top. */
export async function deriveKernel(from: KernelDefinition, change: KernelChange): Promise<KernelDefinition> {
  const fragments = change.fragments.map((file) => resolve(file));
  const merged = byArch(from.arch, (arch) => [...(from.fragments[arch] ?? []), ...fragments]);
  return {
    ...from,
    id: change.id,
    summary: change.summary,
    role: change.role,
    base: from.id,
    series: [...from.series, ...(change.patches.length === 0 ? [] : [await storePatches(change.patches)])],
    fragments: merged,
    abilities: await readAbilities({ source: from.source, fragments: merged }),
  };
}

/** Series that came by mail or out of git, as folders of patches: what builds a kernel reads files. */
const seriesStore: ContentStore<Record<string, never>> = { name: 'series', manifest: z.strictObject({}) };

async function storePatches(patches: readonly NamedPatch[]): Promise<string> {
  const stored = await findOrCreate(seriesStore, digestOf(patches), async (folder) => {
    const target = join(folder, PATCHES);
    await mkdir(target);
    // The names decide the order in which the files are applied; those of a mail decide nothing.
    const names = patches.map(({ name }, index) => orderedName(name, index));
    await Promise.all(
      names.map((name, index) => writeFile(join(target, name), bytesOfText(patches[index]?.text ?? ''))),
    );
    return {};
  });
  return join(stored.folder, PATCHES);
}

const PATCHES = 'patches';

function orderedName(name: string, index: number): string {
  const words = name
    .replace(/^\d+-/u, '')
    .replace(/\.patch$/u, '')
    .replaceAll(/[^\w.-]/gu, '_');
  return `${String(index + 1).padStart(4, '0')}-${words}.patch`;
}
