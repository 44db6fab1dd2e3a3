import type { AddedLine } from '../../series/patches/added-lines.ts';
import { choosePlaces, driftsAround, newSideOf, type NoPlace, type Place } from './choose-places.ts';
import type { FileChange, Hunk, HunkLine } from './file-changes.ts';
import { findRemovals, isCode, type PastLine, type Removal } from './removed-lines.ts';

/** A hunk that was not found in the file. */
export interface UnplacedHunk {
  /** The patch's name. */
  readonly patch: string;
  /** Where it would be, if the patch's line numbers are right. */
  readonly line: number;
  readonly problem: NoPlace;
}

/** What a series does to a file, as the whole series leaves it. */
export interface PlacedChanges {
  /** Added lines by their number, in ascending order. */
  readonly added: ReadonlyMap<number, AddedLine>;
  readonly removed: readonly Removal[];
  readonly unplaced: readonly UnplacedHunk[];
}

/** A hunk with where it was found, and what it leaves in the final file. */
interface PlacedHunk {
  readonly patch: string;
  readonly hunk: Hunk;
  place: Place;
  readonly added: readonly (readonly [line: number, text: string])[];
  readonly removed: readonly Removal[];
}

/**
 * Finds the changes of a series in the final file, wherever the tree has shifted since the patches were made. The
 * patches are taken back one after the other, the last one first: so each hunk is looked for, with all its context, in
 * the very text that its patch left.
 */
export function placeChanges(changes: readonly FileChange[], text: readonly string[]): PlacedChanges {
  const first = tryToPlace(changes, text);
  if (isDecided(first)) return first;
  // Earlier patches may show how far off the later ones are.
  const others = [...first.drifts].map((drift) => tryToPlace(changes, text, drift)).filter(isDecided);
  return others.length === 1 && others[0] !== undefined ? others[0] : first;
}

const isDecided = ({ unplaced }: PlacedChanges): boolean =>
  unplaced.every(({ problem }) => problem !== 'ambiguous');

/** One attempt, with how far off hunks are that fit nowhere else. */
interface Attempt extends PlacedChanges {
  readonly drifts: ReadonlySet<number>;
}

function tryToPlace(changes: readonly FileChange[], text: readonly string[], expected?: number): Attempt {
  const past = new PastFile(text, expected);
  const unplaced = changes.toReversed().flatMap((change) => past.takeBack(change));
  const doubtful = past.placed.filter(({ place }) => isDoubtful(place, past.places));
  const sound = past.placed.filter((each) => !doubtful.includes(each));
  const added = [...past.remnants, ...sound].flatMap(({ patch, added: lines }) =>
    lines.map(([line, each]) => [line, { patch, text: each }] as const),
  );
  return {
    added: new Map(added.toSorted(([a], [b]) => a - b)),
    removed: sound.flatMap(({ removed }) => removed).toSorted((a, b) => a.line - b.line),
    unplaced: [...unplaced, ...doubtful.map(({ patch, hunk }) => sayUnplaced(patch, hunk, 'ambiguous'))],
    drifts: new Set(past.places.flatMap(({ isSure, drift }) => (isSure ? [drift] : []))),
  };
}

/** Whether a hunk that fits in several places was believed to be where hunks around it turned out not to agree. */
function isDoubtful({ line, drift, isSure }: Place, places: readonly Place[]): boolean {
  if (isSure) return false;
  const drifts = driftsAround(
    line,
    places.filter((place) => place.isSure),
  );
  return drifts.length > 0 && !drifts.includes(drift);
}

const sayUnplaced = (patch: string, { near }: Hunk, problem: NoPlace): UnplacedHunk => ({
  patch,
  line: near,
  problem,
});

/** A file on its way back to what it was before the series. */
class PastFile {
  /** Hunks taken back. Their places are moved along. */
  readonly placed: PlacedHunk[] = [];
  /** What was found of hunks that could not be taken back. */
  readonly remnants: Pick<PlacedHunk, 'patch' | 'added'>[] = [];
  #lines: readonly PastLine[];

  /** How far off hunks are expected to be, if other hunks have said so. */
  readonly #expected: number | undefined;

  constructor(text: readonly string[], expected: number | undefined) {
    this.#expected = expected;
    // What is behind the last line feed is no line.
    const lines = text.at(-1) === '' ? text.slice(0, -1) : text;
    this.#lines = lines.map((each, index) => ({ text: each, final: index + 1 }));
  }

  get places(): readonly Place[] {
    return this.placed.map(({ place }) => place);
  }

  /** Takes a patch back, and returns what could not be. */
  takeBack({ patch, hunks }: FileChange): readonly UnplacedHunk[] {
    const texts = this.#lines.map(({ text }) => text);
    const chosen = choosePlaces(hunks, texts, this.places, this.#expected);
    const unplaced: UnplacedHunk[] = [];
    const found: PlacedHunk[] = [];
    const gone: Hunk[] = [];
    for (const [index, hunk] of hunks.entries()) {
      const place = chosen[index] ?? 'gone';
      if (place === 'gone') gone.push(hunk);
      else if (place === 'ambiguous') unplaced.push(sayUnplaced(patch, hunk, place));
      else found.push({ patch, hunk, place, ...this.#traces(patch, hunk, place) });
    }
    // From below, so that the places above stay right.
    for (const each of found.toSorted((a, b) => b.place.line - a.place.line)) {
      if (this.#undo(each)) this.placed.push(each);
      else unplaced.push(sayUnplaced(patch, each.hunk, 'ambiguous'));
    }
    for (const hunk of gone)
      if (!this.#takeStretches(patch, hunk)) unplaced.push(sayUnplaced(patch, hunk, 'gone'));
    return unplaced;
  }

  /** What a hunk at a place leaves in the final file. */
  #traces(patch: string, hunk: Hunk, { line }: Place): Pick<PlacedHunk, 'added' | 'removed'> {
    const added: (readonly [number, string])[] = [];
    let at = line - 1;
    for (const { mark, text } of hunk.lines) {
      if (mark === '-') continue;
      const final = this.#lines[at]?.final;
      if (mark === '+' && final !== undefined) added.push([final, text]);
      at += 1;
    }
    return { added, removed: findRemovals(patch, hunk, line, this.#lines) };
  }

  /** Replaces the new side of a hunk by its old one, unless another hunk was found in the same place. */
  #undo({ hunk, place: { line } }: PlacedHunk): boolean {
    const side = newSideOf(hunk);
    if (!this.#holds(side, line)) return false;
    const old: PastLine[] = [];
    let at = line - 1;
    for (const { mark, text } of hunk.lines) {
      if (mark === '-') old.push({ text, final: undefined });
      else {
        const known = this.#lines[at];
        if (mark === ' ' && known !== undefined) old.push(known);
        at += 1;
      }
    }
    this.#lines = [...this.#lines.slice(0, line - 1), ...old, ...this.#lines.slice(at)];
    const shift = old.length - side.length;
    for (const each of this.placed)
      if (each.place.line > line)
        each.place = { ...each.place, line: Math.max(line, each.place.line + shift) };
    return true;
  }

  /**
   * In a file that is not as the patch left it, each stretch of added lines is looked for by itself, and taken if it is
   * there once. What a hunk removes is found with its context or not at all.
   */
  #takeStretches(patch: string, { lines }: Hunk): boolean {
    if (lines.some(({ mark, text }) => mark === '-' && isCode(text))) return false;
    const stretches = stretchesOf(lines).map((stretch) => ({
      stretch,
      starts: this.#lines.flatMap((_, index) => (this.#holds(stretch, index + 1) ? [index] : [])),
    }));
    if (stretches.some(({ starts }) => starts.length !== 1)) return false;
    const taken = new Set(
      stretches.flatMap(({ stretch, starts }) => stretch.map((_, index) => (starts[0] ?? 0) + index)),
    );
    const added = this.#lines.flatMap(({ text, final }, index) =>
      taken.has(index) && final !== undefined ? [[final, text] as const] : [],
    );
    this.remnants.push({ patch, added });
    this.#lines = this.#lines.filter((_, index) => !taken.has(index));
    return true;
  }

  #holds(side: readonly string[], line: number): boolean {
    return side.every((text, index) => this.#lines[line - 1 + index]?.text === text);
  }
}

/** Added lines that follow one another. */
function stretchesOf(lines: readonly HunkLine[]): readonly (readonly string[])[] {
  const stretches: string[][] = [];
  let isOpen = false;
  for (const { mark, text } of lines) {
    if (mark === '+' && isOpen) stretches.at(-1)?.push(text);
    else if (mark === '+') stretches.push([text]);
    isOpen = mark === '+';
  }
  return stretches;
}
