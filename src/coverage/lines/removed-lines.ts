import type { Hunk } from './file-changes.ts';

/** A place in a file, as the whole series leaves it, where code was removed. */
export interface Removal {
  readonly patch: string;
  /** How many lines of code were removed; comments, blank lines and lone braces do not count. */
  readonly lines: number;
  /** How many lines of any kind are in their place. */
  readonly added: number;
  /** The first line after the gap: a new one, or the next old one. Counted from 1. */
  readonly line: number;
}

/** A line of a file as one of the patches leaves it. */
export interface PastLine {
  readonly text: string;
  /** Its number in the final file, counted from 1; undefined if a later patch takes it away. */
  readonly final: number | undefined;
}

/**
 * Says where a hunk removes code, given the line at which its new side begins in the file as its patch leaves it. A gap
 * reaches from the nearest line above to the nearest one below that the whole series leaves.
 */
export function findRemovals(
  patch: string,
  hunk: Hunk,
  start: number,
  file: readonly PastLine[],
): readonly Removal[] {
  const last = file.findLast(({ final }) => final !== undefined)?.final ?? 0;
  return blocksOf(hunk, start).flatMap(({ lines, from, to }) => {
    if (lines === 0) return [];
    const above = file.findLast(({ final }, index) => index < from - 1 && final !== undefined)?.final ?? 0;
    const below = file.find(({ final }, index) => index >= to - 1 && final !== undefined)?.final ?? last + 1;
    return [{ patch, lines, added: below - above - 1, line: above + 1 }];
  });
}

/** Lines that change together: how many of code are removed, and what is added, up to the line `to` that stays. */
interface Block {
  lines: number;
  readonly from: number;
  to: number;
}

function blocksOf({ lines }: Hunk, start: number): readonly Block[] {
  const blocks: Block[] = [];
  let line = start;
  let open: Block | undefined;
  for (const { mark, text } of lines) {
    if (mark === ' ') open = undefined;
    else if (open === undefined) {
      open = { lines: 0, from: line, to: line };
      blocks.push(open);
    }
    if (mark === '-' && open !== undefined && isCode(text)) open.lines += 1;
    if (mark !== '-') line += 1;
    if (open !== undefined) open.to = line;
  }
  return blocks;
}

/** Not a blank line, a comment, a directive, or nothing but punctuation and `else`. */
export function isCode(line: string): boolean {
  const text = line.replaceAll(/\/\*.*?\*\//gu, '').trim();
  return !/^(?:$|\/\/|\/\*|\*(?:\s|\/|$)|#|[{}();,\s]*(?:else)?[{}();,\s]*$)/u.test(text);
}
