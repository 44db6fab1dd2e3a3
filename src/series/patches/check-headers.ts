import { endOfHunk, readHunkHeader } from './hunk-header.ts';
import { pathInTree, readGitLine } from './patch-paths.ts';

/** A line, counted from 0, that shows where a diff lost something between its hunks. */
export interface HeaderDamage {
  readonly index: number;
  readonly problem: string;
}

/**
 * Finds the first file of a diff with a damaged header: names on two lines, no `+++` below `---`, a truncated hunk
 * header, nothing after the names.
 */
export function findHeaderDamage(lines: readonly string[]): HeaderDamage | undefined {
  let file: FileHead | undefined;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const hunk = readHunkHeader(line);
    if (hunk !== undefined) {
      if (file !== undefined) file.hasContent = true;
      index = endOfHunk(lines, index + 1, hunk) - 1;
      continue;
    }
    if (/^@@@+ -/u.test(line))
      return { index, problem: 'it is the combined diff of a merge, which git cannot apply' };
    if (/^@@ ?-/u.test(line)) return { index, problem: 'a hunk header is incomplete' };
    const isPair = line.startsWith('--- ') && (lines[index + 1] ?? '').startsWith('+++ ');
    if (line.startsWith('diff --git ')) {
      const damage = unfinished(file) ?? namesDamage(lines, index);
      if (damage !== undefined) return damage;
      file = { index, isGit: true, hasContent: false, needsHunk: false, hasMore: false };
    } else if (isPair && (file === undefined || file.hasContent || !file.isGit)) {
      const damage = unfinished(file);
      if (damage !== undefined) return damage;
      file = { index, isGit: false, hasContent: false, needsHunk: true, hasMore: true };
      index++;
    } else if (file?.isGit === true && !file.hasContent) {
      const problem = readExtended(file, line, isPair);
      if (problem !== undefined) return { index, problem };
      if (isPair) index++;
    }
  }
  return unfinished(file);
}

/** What came before a file's first hunk. */
interface FileHead {
  readonly index: number;
  readonly isGit: boolean;
  hasContent: boolean;
  /** Whether a line said that the content changes. */
  needsHunk: boolean;
  /** Whether there was anything besides the names. */
  hasMore: boolean;
}

function unfinished(file: FileHead | undefined): HeaderDamage | undefined {
  if (file === undefined || file.hasContent || (file.hasMore && !file.needsHunk)) return undefined;
  return { index: file.index, problem: 'the changes of a file are missing below its names' };
}

function namesDamage(lines: readonly string[], index: number): HeaderDamage | undefined {
  const names = readGitLine(lines[index] ?? '');
  if (names === undefined)
    return { index, problem: 'a "diff --git" line does not have two names, as if it had been wrapped' };
  const [before, after] = names.map(pathInTree);
  const isMoved = lines.slice(index + 1, index + 8).some((line) => /^(?:rename|copy) from /u.test(line));
  return before === after || isMoved
    ? undefined
    : {
        index,
        problem: 'a "diff --git" line has two different names, and nothing says that the file is renamed',
      };
}

/** Reads a line between `diff --git` and the first hunk; returns a problem if it is damaged. */
function readExtended(file: FileHead, line: string, isPair: boolean): string | undefined {
  if (isPair) {
    file.needsHunk = true;
    file.hasMore = true;
    return undefined;
  }
  if (line.startsWith('--- ') || line.startsWith('+++ '))
    return 'a line with a file name stands alone, as if it had been wrapped';
  if (/^Binary files .* differ\r?$/u.test(line))
    return 'it changes a binary file without its content, which "git format-patch --binary" includes';
  if (line.startsWith('GIT binary patch')) file.hasContent = true;
  if (/^(?:old|new|deleted file|new file) mode |^(?:rename|copy) (?:from|to) /u.test(line))
    file.hasMore = true;
  const blobs = /^index ([0-9a-f]+)\.\.([0-9a-f]+)/u.exec(line)?.slice(1);
  // A file that is or was empty has no hunk.
  if (blobs !== undefined && !blobs.every((blob) => /^0+$|^e69de29|^473a0f4/u.test(blob)))
    file.needsHunk = true;
  return undefined;
}
