import type { Hunk } from './file-changes.ts';

/** Where a hunk's new side begins, counted from 1. */
export interface Place {
  readonly line: number;
  /** How far that is from where the patch says. */
  readonly drift: number;
  /** Whether it fits nowhere else. */
  readonly isSure: boolean;
}

/** Why there is no place: the hunk fits nowhere, or in several places. */
export type NoPlace = 'gone' | 'ambiguous';

/** The text of a hunk's new side: its context and the lines that it adds. */
export function newSideOf({ lines }: Hunk): readonly string[] {
  return lines.filter(({ mark }) => mark !== '-').map(({ text }) => text);
}

/**
 * Finds the hunks of one patch in a file as that patch leaves it. A hunk that fits in one place only is there, and tells
 * by how much the file has shifted around it. One that fits in several places is where the nearest of those above or
 * below says; where there is none, it is as far off as expected, or as all hunks of the patch can be together. If that
 * does not decide, it is not guessed.
 */
export function choosePlaces(
  hunks: readonly Hunk[],
  file: readonly string[],
  known: readonly Place[],
  expected: number | undefined,
): readonly (Place | NoPlace)[] {
  const fitting = keepOrder(
    hunks,
    hunks.map((hunk) => placesOf(hunk, file)),
  );
  const sure = fitting.flatMap((places) => (places.length === 1 ? places : []));
  const witnesses = [...known.filter(({ isSure }) => isSure), ...sure];
  const own = expected === undefined ? ownDrifts(fitting) : [expected];
  return fitting.map((places) => {
    const [first] = places;
    if (first === undefined) return 'gone';
    if (places.length === 1) return first;
    const agreed = places.filter(({ line, drift }) =>
      (witnesses.length === 0 ? own : driftsAround(line, witnesses)).includes(drift),
    );
    return agreed.length === 1 && agreed[0] !== undefined ? agreed[0] : 'ambiguous';
  });
}

/** How far the nearest hunks above and below a line are from where their patches say. */
export function driftsAround(line: number, witnesses: readonly Place[]): readonly number[] {
  const sorted = witnesses.toSorted((a, b) => a.line - b.line);
  const [above, below] = [
    sorted.findLast((each) => each.line <= line),
    sorted.find((each) => each.line >= line),
  ];
  return [above, below].flatMap((each) => (each === undefined ? [] : [each.drift]));
}

/** All places where a hunk fits; only the first or last line, if one of them is where it has to be. */
function placesOf(hunk: Hunk, file: readonly string[]): readonly Place[] {
  const side = newSideOf(hunk);
  const all: number[] = [];
  for (let line = 1; line + side.length <= file.length + 1; line += 1)
    if (isAt(line, side, file)) all.push(line);
  const anchored = all.filter(
    (line) => (!hunk.isFirst || line === 1) && (!hunk.isLast || line + side.length === file.length + 1),
  );
  const lines = anchored.length > 0 ? anchored : all;
  return lines.map((line) => ({ line, drift: line - hunk.near, isSure: lines.length === 1 }));
}

/** Whether consecutive lines stand at a line of a file. */
function isAt(line: number, side: readonly string[], file: readonly string[]): boolean {
  return side.every((text, index) => file[line - 1 + index] === text);
}

/** Hunks of a patch come in the order of their lines: those that fit once limit where the others can be. */
function keepOrder(
  hunks: readonly Hunk[],
  fitting: readonly (readonly Place[])[],
): readonly (readonly Place[])[] {
  const ends = hunks.map((hunk) => newSideOf(hunk).length);
  const only = fitting.map((places) => (places.length === 1 ? places[0]?.line : undefined));
  return fitting.map((places, index) => {
    if (places.length < 2) return places;
    const above = only.findLastIndex((line, at) => at < index && line !== undefined);
    const from = above === -1 ? 1 : (only[above] ?? 0) + (ends[above] ?? 0);
    const to = only.find((line, at) => at > index && line !== undefined) ?? Infinity;
    const between = places.filter(({ line }) => line >= from && line + (ends[index] ?? 0) <= to);
    if (between.length === 0) return places;
    return between.map((place) => ({ ...place, isSure: between.length === 1 }));
  });
}

/** By how much all hunks of a patch can be off together: not at all, if they fit where the patch says. */
function ownDrifts(fitting: readonly (readonly Place[])[]): readonly number[] {
  const [first = [], ...others] = fitting.filter((places) => places.length > 0);
  const drifts = first.map(({ drift }) => drift);
  const shared = drifts.filter((each) =>
    others.every((places) => places.some(({ drift }) => drift === each)),
  );
  return shared.includes(0) ? [0] : shared.length === 1 || others.length === 0 ? shared : [];
}
