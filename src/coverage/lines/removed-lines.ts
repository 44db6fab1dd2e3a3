import { parsePatch } from '../../series/patches/patch-text.ts';

/** Code that a patch removes from a file, as in the patch. */
export interface RemovedLines {
  /** The patch's name. */
  readonly patch: string;
  /** How many lines of code were removed; comments, blank lines and lone braces do not count. */
  readonly lines: number;
  /** How many lines of any kind the patch puts in their place. */
  readonly added: number;
  /** The context before and after, and its new place if the patch's line numbers are right. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly near: number;
}

/** A place in a file, as the whole series leaves it, where code was removed. */
export interface Removal {
  readonly patch: string;
  readonly lines: number;
  readonly added: number;
  /** The first line after the gap: a new one, or the next old one. Counted from 1. */
  readonly line: number;
}

/** Lists by path what a series removes from C files. */
export function findRemovedLines(
  patches: readonly { readonly name: string; readonly text: string }[],
): ReadonlyMap<string, readonly RemovedLines[]> {
  const found = new Map<string, RemovedLines[]>();
  for (const { name, text } of patches)
    for (const { path, touched, hunks } of parsePatch(text)) {
      const to = touched.at(-1) ?? path;
      if (!/\.[ch]$/u.test(to)) continue;
      const removed = hunks.flatMap((hunk) => removedIn(hunk.text, name));
      if (removed.length > 0) found.set(to, [...(found.get(to) ?? []), ...removed]);
    }
  return found;
}

function removedIn(hunk: string, patch: string): RemovedLines[] {
  const [header = '', ...all] = hunk.split('\n');
  const body = all.filter((line) => !line.startsWith('\\'));
  const found: RemovedLines[] = [];
  let line = Number(/^@@ -\d+(?:,\d+)? \+(\d+)/u.exec(header)?.[1] ?? 1);
  for (let at = 0; at < body.length;) {
    if (!isChange(body[at])) {
      at += 1;
      line += 1;
      continue;
    }
    const length = body.slice(at).findIndex((each) => !isChange(each));
    const block = body.slice(at, length === -1 ? undefined : at + length);
    const added = block.filter((each) => each.startsWith('+')).length;
    const lines = block.filter((each) => each.startsWith('-') && isCode(each.slice(1))).length;
    const [before, after] = [body[at - 1]?.slice(1), body[at + block.length]?.slice(1)];
    if (lines > 0) found.push({ patch, lines, added, before, after, near: line });
    at += block.length;
    line += added;
  }
  return found;
}

const isChange = (line: string | undefined): boolean =>
  line?.startsWith('+') === true || line?.startsWith('-') === true;

/** Not a blank line, a comment, a directive, or nothing but punctuation and `else`. */
function isCode(line: string): boolean {
  const text = line.replaceAll(/\/\*.*?\*\//gu, '').trim();
  return !/^(?:$|\/\/|\/\*|\*(?:\s|\/|$)|#|[{}();,\s]*(?:else)?[{}();,\s]*$)/u.test(text);
}

/** How far later patches of a series, or changes in the tree, may shift a place. */
const DRIFT_MAX = 1_000;

/** Finds the gaps in the final file. Those that later patches changed again are not found, and left out. */
export function placeRemovals(removed: readonly RemovedLines[], file: readonly string[]): readonly Removal[] {
  return removed.flatMap(({ patch, lines, added, before, after, near }) => {
    const fits = (line: number) =>
      (before === undefined || file[line - 2] === before) &&
      (after === undefined || file[line - 1 + added] === after);
    const distance = Array.from({ length: DRIFT_MAX }, (_, index) => index).find(
      (each) => fits(near + each) || fits(near - each),
    );
    if (distance === undefined) return [];
    return [{ patch, lines, added, line: fits(near + distance) ? near + distance : near - distance }];
  });
}
