import { copyFile, lstat, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parsePatch } from '../../series/patches/patch-text.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { builtFile } from '../lineage/built-file.ts';
import type { CoverageFiles } from '../definition/kernel.ts';
import type { Patch } from '../patches/apply-series.ts';
import type { Toolchain } from '../tools/toolchain.ts';

/** Below a stored kernel's folder. */
const HOME = 'coverage';

/** The files that patches change, by their final paths. */
export function filesChanged(patches: readonly Patch[]): string[] {
  const paths = patches.flatMap(({ text }) =>
    parsePatch(text).map(({ path, touched }) => touched.at(-1) ?? path),
  );
  return [...new Set(paths)].toSorted();
}

/** Copies the files for the counters of a newly built kernel to its entry in the store. */
export async function storeCoverageFiles(
  entry: string,
  build: { readonly objects: string; readonly tree: string; readonly files: readonly string[] },
): Promise<void> {
  for (const path of build.files) {
    await copyIfThere(join(build.tree, path), join(entry, HOME, 'sources', path));
    // Files that are not part of this configuration have none.
    const notes = path.replace(/\.c$/u, '.gcno');
    if (notes !== path && (await kindOfPath(join(build.objects, notes))) !== undefined)
      await copyIfThere(await builtFile(build.objects, notes), join(entry, HOME, 'notes', notes));
  }
}

/** Where the entry of a kernel that counts lines has them. */
export function coverageFiles(entry: string, { prefix }: Pick<Toolchain, 'prefix'>): CoverageFiles {
  const home = join(entry, HOME);
  return { notes: join(home, 'notes'), sources: join(home, 'sources'), gcov: `${prefix}gcov` };
}

/** Links are not followed: a series could make one that leads out of the tree. */
async function copyIfThere(from: string, to: string): Promise<void> {
  const found = await lstat(from).catch(() => undefined);
  if (found?.isFile() !== true) return;
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
}
