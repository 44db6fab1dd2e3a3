import { endOfHunk, readHunkHeader } from './hunk-header.ts';
import { pathInTree, readGitLine, readName, sharedPath } from './patch-paths.ts';

/** One hunk of a patch, with all it takes to show it. */
export interface PatchHunk {
  /** Line of its `@@` in the patch file, counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** What a patch does to one file. */
export interface PatchedFile {
  /** The file's path before, or after if the patch creates it. */
  readonly path: string;
  /** Every path that the patch reads or writes for this file: two for a rename. */
  readonly touched: readonly string[];
  readonly hunks: readonly PatchHunk[];
}

/**
 * Lists the files and hunks of a unified diff whose names have one leading folder, whatever it is called: `a/` and `b/`
 * as git writes them, `i/` and `w/`, `linux-6.12.orig/` and `linux-6.12/`.
 */
export function parsePatch(text: string): PatchedFile[] {
  const files: FileInProgress[] = [];
  const lines = text.split('\n');
  for (let index = 0; index < lines.length;) {
    const line = lines[index] ?? '';
    const file = files.at(-1);
    const hunk = readHunkHeader(line);
    const pair = namePair(line, lines[index + 1] ?? '');
    if (line.startsWith('diff --git ')) files.push({ isGit: true, paths: gitPaths(line), hunks: [] });
    else if (pair !== undefined) {
      // They begin a new file if no `diff --git` line announced it.
      if (file?.isGit === true && file.hunks.length === 0) file.paths = known(pair);
      else files.push({ isGit: false, paths: known([sharedPath(...pair)]), hunks: [] });
      index++;
    } else if (file !== undefined && hunk !== undefined) {
      const end = endOfHunk(lines, index + 1, hunk);
      file.hunks.push({ line: index + 1, text: lines.slice(index, end).join('\n') });
      index = end;
      continue;
    } else if (file?.isGit === true && file.hunks.length === 0) addMoved(file, line);
    index++;
  }
  return files.map(({ paths, hunks }) => ({ path: paths[0] ?? '', touched: [...new Set(paths)], hunks }));
}

interface FileInProgress {
  /** Whether a `diff --git` line began it. */
  readonly isGit: boolean;
  paths: readonly string[];
  readonly hunks: PatchHunk[];
}

const known = (paths: readonly (string | undefined)[]): readonly string[] =>
  paths.filter((path) => path !== undefined);

function gitPaths(line: string): readonly string[] {
  const names = readGitLine(line);
  return names === undefined ? [] : known(names.map(pathInTree));
}

/** Paths before and after of a `--- ` line and the `+++ ` line below it. */
function namePair(line: string, next: string): readonly [string | undefined, string | undefined] | undefined {
  if (!line.startsWith('--- ') || !next.startsWith('+++ ')) return undefined;
  return [pathInTree(readName(line.slice(4))), pathInTree(readName(next.slice(4)))];
}

/** Lines that name the two files of a rename or copy have no leading folder. */
function addMoved(file: FileInProgress, line: string): void {
  const [, end, name] = /^(?:rename|copy) (from|to) (.+)$/u.exec(line) ?? [];
  if (name === undefined) return;
  file.paths = end === 'from' ? [readName(name)] : [...file.paths, readName(name)];
}
