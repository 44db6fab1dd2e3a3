import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readSeries } from '../kernel/patches/apply-series.ts';
import { findAddedLines } from '../series/patches/added-lines.ts';
import { textOfBytes } from '../util/byte-text.ts';
import { hasErrorCode } from '../util/has-error-code.ts';
import type { ChangedFile } from './describe-subject.ts';
import { placeLines } from './place-lines.ts';

/** What a series brings into a tree. */
export interface ChangedFiles {
  /** Names of the patches, in order. */
  readonly patches: readonly string[];
  readonly files: readonly ChangedFile[];
  /** Paths of files that do not hold the lines that the series is said to add. */
  readonly unplaced: readonly string[];
}

/** Reads what the series of some folders add, from the patches and from the files that came of them. */
export async function readChangedFiles(series: readonly string[], sources: string): Promise<ChangedFiles> {
  const patches = (await Promise.all(series.map(readSeries)))
    .flat()
    .map(({ file, text }) => ({ name: basename(file), text }));
  const files: ChangedFile[] = [];
  const unplaced: string[] = [];
  for (const [path, lines] of findAddedLines(patches)) {
    const text = await readLines(join(sources, path));
    const added = text && placeLines(lines, text);
    if (text === undefined || added === undefined) unplaced.push(path);
    else files.push({ path, text, added });
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
