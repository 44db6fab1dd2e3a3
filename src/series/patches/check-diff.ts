/** Something in a diff that shows that it is not what its author sent. */
export interface DiffDamage {
  /** Line within the text, counted from 1. */
  readonly line: number;
  readonly problem: string;
  /** The line itself. */
  readonly text: string;
}

const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/u;

/**
 * Finds the first hunk that has not as many lines as its header says: mail programs that wrap lines, strip spaces or
 * cut texts off leave such. `undefined` where all hunks are whole.
 */
export function findDamage(text: string): DiffDamage | undefined {
  const lines = text.replace(/\n$/u, '').split('\n');
  for (let index = 0; index < lines.length;) {
    const header = HUNK.exec(lines[index] ?? '');
    index++;
    if (header === null) continue;
    const start = index;
    let before = Number(header[1] ?? 1);
    let after = Number(header[2] ?? 1);
    for (; before > 0 || after > 0; index++) {
      const line = lines[index];
      const mark = line?.[0] ?? ' ';
      // An empty line may be an empty context line whose space was stripped, but not where lines are missing from one
      // side only: then it is what follows the text.
      const isEnd =
        line === undefined || (before !== after && lines.slice(index).every((each) => each === ''));
      if (isEnd) return damage(lines, start - 1, 'the text ends in the middle of a hunk');
      if (!' +-\\'.includes(mark))
        return damage(
          lines,
          index,
          'a line of a hunk begins with none of space, + and -, as if it was wrapped',
        );
      if (mark === '\\') continue;
      if (mark !== '+') before--;
      if (mark !== '-') after--;
      if (before < 0 || after < 0)
        return damage(lines, start - 1, 'a hunk has other lines than its header says');
    }
  }
  return undefined;
}

const damage = (lines: readonly string[], index: number, problem: string): DiffDamage => ({
  line: index + 1,
  problem,
  text: lines[index] ?? '',
});
