import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readSeries } from '../../kernel/patches/apply-series.ts';
import { findAddedLines } from '../../series/patches/added-lines.ts';
import { textOfBytes } from '../../util/byte-text.ts';
import { hasErrorCode } from '../../util/has-error-code.ts';
import type { ChangedFile } from './subject-input.ts';
import { placeLines } from './place-lines.ts';
import { findRemovedLines, placeRemovals } from './removed-lines.ts';

/** The lines that a series adds to a tree and removes from it. */
export interface ChangedFiles {
  /** Names of the patches, in order. */
  readonly patches: readonly string[];
  readonly files: readonly ChangedFile[];
  /** Paths of files without the lines that the series claims to add. */
  readonly unplaced: readonly string[];
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
  const unplaced: string[] = [];
  const added = findAddedLines(patches);
  const removed = findRemovedLines(patches);
  for (const path of new Set([...added.keys(), ...removed.keys()])) {
    const lines = added.get(path) ?? new Map<number, never>();
    const text = await readLines(fileOf(path));
    // A file that the series removes holds nothing.
    if (text === undefined && lines.size === 0) continue;
    const placed = text && placeLines(lines, text);
    if (text === undefined || placed === undefined) unplaced.push(path);
    else files.push({ path, text, added: placed, removed: placeRemovals(removed.get(path) ?? [], text) });
  }
  return {
    patches: patches.map(({ name }) => name),
    files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    unplaced,
  };
}

/** Symbolic links that a series adds are not stored, and so have no lines. */
async function readLines(path: string): Promise<string[] | undefined> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
    return undefined;
  });
  return bytes && textOfBytes(bytes).split('\n');
}
