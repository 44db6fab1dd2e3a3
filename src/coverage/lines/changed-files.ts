import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readSeries } from '../../kernel/patches/apply-series.ts';
import { textOfBytes } from '../../util/byte-text.ts';
import { hasErrorCode } from '../../util/has-error-code.ts';
import { findFileChanges } from './file-changes.ts';
import { placeChanges } from './place-changes.ts';
import type { ChangedFile, UnplacedChange } from './subject-input.ts';

/** The lines that a series adds to a tree and removes from it. */
export interface ChangedFiles {
  /** Names of the patches, in order. */
  readonly patches: readonly string[];
  readonly files: readonly ChangedFile[];
  /** What could not be found, and so not be counted. */
  readonly unplaced: readonly UnplacedChange[];
}

/** Reads what the series of some folders change, from the patches and the patched files below another folder. */
export async function readChangedFiles(series: readonly string[], sources: string): Promise<ChangedFiles> {
  const patches = (await Promise.all(series.map(readSeries))).flat();
  return findChangedFiles(
    patches.map(({ file, text }) => ({ name: basename(file), text })),
    (path) => join(sources, path),
  );
}

/** The same for patches at hand; `fileOf` says where a patched file is. */
export async function findChangedFiles(
  patches: readonly { readonly name: string; readonly text: string }[],
  fileOf: (path: string) => string,
): Promise<ChangedFiles> {
  const files: ChangedFile[] = [];
  const unplaced: UnplacedChange[] = [];
  for (const [path, changes] of findFileChanges(patches)) {
    if (changes.every(({ hunks }) => hunks.length === 0)) continue;
    const text = await readLines(fileOf(path));
    if (text === undefined) {
      // A file that the series removes holds nothing.
      if (changes.at(-1)?.removesFile !== true) unplaced.push({ path, problem: 'missing' });
      continue;
    }
    const placed = placeChanges(changes, text);
    const removed = isOfC(path) ? placed.removed : [];
    if (placed.added.size > 0 || removed.length > 0) files.push({ path, text, added: placed.added, removed });
    unplaced.push(...placed.unplaced.map((each) => ({ ...each, path })));
  }
  return {
    patches: patches.map(({ name }) => name),
    files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    unplaced: unplaced.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
  };
}

/** Only in files of C is it known what is code. */
const isOfC = (path: string): boolean => /\.[ch]$/u.test(path);

/** Symbolic links that a series adds are not stored, and so have no lines. */
async function readLines(path: string): Promise<string[] | undefined> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
    return undefined;
  });
  return bytes && textOfBytes(bytes).split('\n');
}
