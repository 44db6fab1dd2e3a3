import { parsePatch, type PatchHunk } from './patch-text.ts';
import type { SeriesPatch } from './series.ts';

/** A line that a series added to a file, as the whole series leaves it. */
export interface AddedLine {
  /** The patch's name, such as `0003-mm-add-clone_anon.patch`. */
  readonly patch: string;
  readonly text: string;
}

/** Lines that a series added, by path and by line number counted from 1. Lines in one file come in ascending order. */
export type AddedLines = ReadonlyMap<string, ReadonlyMap<number, AddedLine>>;

/**
 * For each line that a series added, says where it ends up and which patch added it last, like `git blame` on the
 * applied series. Lines that a later patch removed or rewrote belong to that patch or to none. Needs only the patches,
 * and so believes their line numbers unless a patch contradicts earlier ones.
 */
export function findAddedLines(patches: readonly Pick<SeriesPatch, 'name' | 'text'>[]): AddedLines {
  const files = new Map<string, ReadonlyMap<number, AddedLine>>();
  for (const { name, text } of patches) {
    for (const { path: from, touched, hunks } of parsePatch(text)) {
      const to = touched.at(-1) ?? from;
      const before = files.get(from) ?? new Map<number, AddedLine>();
      // The source of a copy stays as it is.
      if (text.includes(`\nrename from ${from}\n`)) files.delete(from);
      files.set(to, applyHunks(before, hunks, name));
    }
  }
  return new Map([...files].filter(([, lines]) => lines.size > 0));
}

/** Moves the lines known so far to where the hunks push them, and adds the hunks' own. */
function applyHunks(
  before: ReadonlyMap<number, AddedLine>,
  hunks: readonly PatchHunk[],
  patch: string,
): ReadonlyMap<number, AddedLine> {
  const after = new Map<number, AddedLine>();
  let untouchedFrom = 1;
  let shift = 0;
  const keep = (upTo: number) => {
    for (const [line, added] of before)
      if (line >= untouchedFrom && line < upTo) after.set(line + shift, added);
  };
  /** How far the hunks so far were from their stated places. */
  let drift = 0;
  for (const { text } of hunks) {
    const [header = '', ...body] = text.split('\n');
    const declared = readHeader(header);
    drift = findDrift(before, declared.before, body, drift);
    const range = { before: declared.before + drift, after: declared.after + drift };
    keep(range.before);
    let [old, line] = [range.before, range.after];
    for (const each of body) {
      const mark = each[0] ?? ' ';
      if (mark === '\\') continue;
      if (mark === '+') after.set(line++, { patch, text: each.slice(1) });
      else if (mark === '-') old++;
      else {
        const known = before.get(old++);
        if (known !== undefined) after.set(line, known);
        line++;
      }
    }
    untouchedFrom = old;
    shift = line - old;
  }
  keep(Infinity);
  return new Map([...after].toSorted(([a], [b]) => a - b));
}

/** A little further than git searches for a hunk with stale line numbers. */
const DRIFT_MAX = 500;

/**
 * How far from its line numbers a hunk fits the known lines of the file; patches stay valid when lines before theirs
 * come and go. If nothing is known, or nothing fits better, it is off by as much as the previous hunk.
 */
function findDrift(
  before: ReadonlyMap<number, AddedLine>,
  start: number,
  body: readonly string[],
  expected: number,
): number {
  const old = body.filter((line) => !/^[+\\]/u.test(line)).map((line) => line.slice(1));
  const fits = (drift: number): 'well' | 'not' | 'unknown' => {
    let known = 0;
    for (const [index, text] of old.entries()) {
      const there = before.get(start + drift + index);
      if (there === undefined) continue;
      if (there.text !== text) return 'not';
      known += 1;
    }
    return known === 0 ? 'unknown' : 'well';
  };
  if (fits(expected) !== 'not') return expected;
  for (let distance = 1; distance <= DRIFT_MAX; distance += 1)
    for (const drift of [expected - distance, expected + distance]) if (fits(drift) === 'well') return drift;
  return expected;
}

/** Where a hunk begins in the old and the new file. */
function readHeader(header: string): { readonly before: number; readonly after: number } {
  const [, start, count, newStart, newCount] =
    /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/u.exec(header) ?? [];
  return { before: firstLine(start, count), after: firstLine(newStart, newCount) };
}

/** A side without lines is given by the line before it. */
function firstLine(start: string | undefined, count: string | undefined): number {
  return Number(start) + (count === '0' ? 1 : 0);
}
