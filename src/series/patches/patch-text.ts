/** One hunk of a patch, with what is needed to show it. */
export interface PatchHunk {
  /** Line of its `@@` in the patch file, counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** What a patch does to one file. */
export interface PatchedFile {
  /** The file's path before, or after where the patch creates it. */
  readonly path: string;
  /** Every path that the patch reads or writes for this file: two for a rename. */
  readonly touched: readonly string[];
  readonly hunks: readonly PatchHunk[];
}

/** Lists the files and hunks of a unified diff with `a/` and `b/` prefixes, such as `git format-patch` writes. */
export function parsePatch(text: string): PatchedFile[] {
  const files: FileInProgress[] = [];
  const lines = text.split('\n');
  // `--- a/x` begins a file of its own where no `diff --git` line announced it.
  let announced: FileInProgress | undefined;
  const begin = (): FileInProgress => {
    const file: FileInProgress = { paths: [], hunks: [] };
    files.push(file);
    return file;
  };
  for (let index = 0; index < lines.length;) {
    const line = lines[index] ?? '';
    const git = /^diff --git a\/(.+) b\/(.+)$/u.exec(line);
    const named = /^(?:--- a\/|\+\+\+ b\/|rename from |rename to |copy from |copy to )([^\t]+)/u.exec(line);
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/u.exec(line);
    const file = files.at(-1);
    if (git !== null) {
      announced = begin();
      announced.paths.push(...git.slice(1));
    } else if (line.startsWith('--- ') && (lines[index + 1] ?? '').startsWith('+++ ')) {
      const target = announced?.hunks.length === 0 ? announced : begin();
      if (named?.[1] !== undefined) target.paths.push(named[1]);
    } else if (named?.[1] !== undefined && file?.hunks.length === 0) file.paths.push(named[1]);
    else if (hunk !== null && file !== undefined) {
      const end = endOfHunk(lines, index + 1, Number(hunk[1] ?? 1), Number(hunk[2] ?? 1));
      file.hunks.push({ line: index + 1, text: lines.slice(index, end).join('\n') });
      index = end;
      continue;
    }
    index++;
  }
  return files.map(({ paths, hunks }) => ({ path: paths[0] ?? '', touched: [...new Set(paths)], hunks }));
}

interface FileInProgress {
  readonly paths: string[];
  readonly hunks: PatchHunk[];
}

/** The body's length is counted, not guessed: a removed line may look like a header. */
function endOfHunk(lines: readonly string[], start: number, before: number, after: number): number {
  let index = start;
  let [left, right] = [before, after];
  while (index < lines.length && (left > 0 || right > 0)) {
    const mark = lines[index]?.[0] ?? ' ';
    if (mark !== '+' && mark !== '\\') left--;
    if (mark !== '-' && mark !== '\\') right--;
    index++;
  }
  return index;
}
