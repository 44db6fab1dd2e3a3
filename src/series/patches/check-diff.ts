import { findHeaderDamage } from './check-headers.ts';
import { readHunkHeader } from './hunk-header.ts';

/** Evidence that a diff is not what its author sent. */
export interface DiffDamage {
  /** Line within the text, counted from 1. */
  readonly line: number;
  readonly problem: string;
  /** The line itself. */
  readonly text: string;
}

/**
 * Finds the first place where a diff is damaged: a hunk whose line count does not match its header, as left by mail
 * programs that wrap lines, strip spaces or truncate; or a file whose header lost something. `undefined` if all is
 * there.
 */
export function findDamage(text: string): DiffDamage | undefined {
  const lines = text.replace(/\n$/u, '').split('\n');
  const found = [findHunkDamage(lines), findHeaderDamage(lines)].filter((each) => each !== undefined);
  const [first] = found.toSorted((a, b) => a.index - b.index);
  return first && { line: first.index + 1, problem: first.problem, text: lines[first.index] ?? '' };
}

interface HunkDamage {
  readonly index: number;
  readonly problem: string;
}

function findHunkDamage(lines: readonly string[]): HunkDamage | undefined {
  for (let index = 0; index < lines.length;) {
    const length = readHunkHeader(lines[index] ?? '');
    index++;
    if (length === undefined) continue;
    const start = index;
    let { before, after } = length;
    for (; before > 0 || after > 0; index++) {
      const line = lines[index];
      const mark = line?.[0] ?? ' ';
      // An empty line may be an empty context line whose space was stripped, but not if lines are missing from one side
      // only: then it is what follows the text.
      const isEnd =
        line === undefined || (before !== after && lines.slice(index).every((each) => each === ''));
      if (isEnd) return { index: start - 1, problem: 'the text ends in the middle of a hunk' };
      if (!' +-\\\r'.includes(mark))
        return {
          index,
          problem: 'a line of a hunk does not begin with a space, + or -, as if it had been wrapped',
        };
      if (mark === '\\') continue;
      if (mark !== '+') before--;
      if (mark !== '-') after--;
      if (before < 0 || after < 0)
        return { index: start - 1, problem: 'a hunk does not have the lines that its header says' };
    }
    // Git takes what follows as a remark and drops it. The signature of a mail begins with two dashes.
    if (/^[ +]|^-(?!-)/u.test(lines[index] ?? ''))
      return { index: start - 1, problem: 'a hunk has more lines than its header says' };
  }
  return undefined;
}
