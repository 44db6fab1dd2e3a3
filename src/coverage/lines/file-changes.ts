import { parsePatch, type PatchHunk } from '../../series/patches/patch-text.ts';

/** One line of a hunk, marked as in the patch. */
export interface HunkLine {
  readonly mark: ' ' | '+' | '-';
  readonly text: string;
}

/** A hunk of a patch, taken apart. */
export interface Hunk {
  /** Where its new side begins, if the patch's line numbers are right. Counted from 1. */
  readonly near: number;
  readonly lines: readonly HunkLine[];
  /** Whether it has to be where the file begins, or ends, as git has it for hunks that lack context there. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** What a patch does to a file. */
export interface FileChange {
  /** The patch's name. */
  readonly patch: string;
  readonly hunks: readonly Hunk[];
  /** Whether nothing of the file is left. */
  readonly removesFile: boolean;
}

/**
 * Lists by their final paths what a series does to files, patch by patch. The past of a renamed or copied file is that
 * of its source, and a file that a patch creates has none.
 */
export function findFileChanges(
  patches: readonly { readonly name: string; readonly text: string }[],
): ReadonlyMap<string, readonly FileChange[]> {
  const found = new Map<string, readonly FileChange[]>();
  for (const { name: patch, text } of patches)
    for (const { path: from, touched, hunks } of parsePatch(text)) {
      const createsFile = hunks.some((hunk) => hunk.text.startsWith('@@ -0,0 '));
      const before = createsFile ? [] : (found.get(from) ?? []);
      // The source of a copy stays as it is.
      if (text.includes(`\nrename from ${from}\n`)) found.delete(from);
      const removesFile = hunks.some((hunk) => / \+0,0 @@/u.test(hunk.text.split('\n', 1)[0] ?? ''));
      found.set(touched.at(-1) ?? from, [...before, { patch, hunks: hunks.map(readHunk), removesFile }]);
    }
  return found;
}

function readHunk({ text }: PatchHunk): Hunk {
  const [header = '', ...body] = text.split('\n');
  const [, oldStart, start, count] = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,(\d+))? @@/u.exec(header) ?? [];
  const lines = body.filter((line) => !line.startsWith('\\')).map(readLine);
  const hasContext = lines.some(({ mark }) => mark === ' ');
  return {
    // A side without lines is given by the line before it.
    near: Number(start) + (count === '0' ? 1 : 0),
    lines,
    isFirst: hasContext && Number(oldStart) <= 1,
    isLast: hasContext && lines.at(-1)?.mark !== ' ',
  };
}

/** Mailers take the blank of an empty line of context away. */
function readLine(line: string): HunkLine {
  const [mark] = line;
  return { mark: mark === '+' || mark === '-' ? mark : ' ', text: line.slice(1) };
}
