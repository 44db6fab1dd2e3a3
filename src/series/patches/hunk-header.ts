/** How many lines a hunk takes from the old file, and how many it has in the new one. */
export interface HunkLength {
  readonly before: number;
  readonly after: number;
}

/** Reads `@@ -1,6 +1,7 @@`; `undefined` for any other line. */
export function readHunkHeader(line: string): HunkLength | undefined {
  const found = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/u.exec(line);
  return found === null ? undefined : { before: Number(found[1] ?? 1), after: Number(found[2] ?? 1) };
}

/** The index after a hunk's last line. It is counted, not guessed: a removed line may look like a header. */
export function endOfHunk(lines: readonly string[], start: number, length: HunkLength): number {
  let index = start;
  let { before, after } = length;
  while (index < lines.length && (before > 0 || after > 0)) {
    const mark = lines[index]?.[0] ?? ' ';
    if (mark !== '+' && mark !== '\\') before--;
    if (mark !== '-' && mark !== '\\') after--;
    index++;
  }
  return index;
}
