import { choiceField, numberField, type Field } from '../language/field.ts';
import type { Random } from '../language/random.ts';
import type { Page } from '../model/page.ts';
import { ARENA_PAGES, type Process } from '../model/process.ts';
import type { World } from '../model/world.ts';

/** Pages that one operation is about, at most: what fits into the answer of one that moves memory. */
export const COUNT_MAX = 8;

export const pageField: Field<number> = { ...numberField(0, ARENA_PAGES - 1), isPage: true };
export const countField = numberField(1, COUNT_MAX);
/** A length of no pages is an error, or nothing at all. */
export const anyCountField = numberField(0, COUNT_MAX);

/** Where a length ends: with its last page, or within it, which is rounded up. */
export const endField = choiceField('whole', 'ragged');

export type End = 'whole' | 'ragged';

/** Lengths end with a page, mostly. */
export const drawEnd = (random: Random): End => (random.chance(0.15) ? 'ragged' : 'whole');

export type Range = {
  readonly page: number;
  readonly count: number;
};

/**
 * A range that leans to what is mapped: inside of a mapping, over its edges, or, at times, anywhere. Mostly undefined
 * where nothing is mapped. `isLikely` says of which mappings it had better be.
 */
export function drawRange(
  random: Random,
  process: Process,
  isLikely: (page: Page) => boolean = () => true,
): Range | undefined {
  const mapped = process.pages.flatMap((page, index) => (page === undefined ? [] : [index]));
  if (random.chance(0.04)) return drawAnywhere(random);
  if (mapped.length === 0) return undefined;
  const likely = process.pages.flatMap((page, index) =>
    page !== undefined && isLikely(page) ? [index] : [],
  );
  const at = random.pick(likely.length === 0 || random.chance(0.2) ? mapped : likely);
  const piece = process.pages[at]?.piece;
  const isInside = (index: number): boolean => process.pages[index]?.piece === piece;
  let [first, last] = [at, at];
  while (isInside(first - 1)) first -= 1;
  while (isInside(last + 1)) last += 1;
  if (random.chance(0.2)) {
    first = Math.max(0, first - random.below(2));
    last = Math.min(ARENA_PAGES - 1, last + 1);
  }
  if (random.chance(0.35)) return clip(first, last - first + 1);
  const start = random.between(first, last);
  return clip(start, random.between(1, last - start + 1));
}

/** The same, but now and then a range of no pages. */
export function drawAnyRange(
  random: Random,
  process: Process,
  isLikely?: (page: Page) => boolean,
): Range | undefined {
  return random.chance(0.02)
    ? { page: random.below(ARENA_PAGES), count: 0 }
    : drawRange(random, process, isLikely);
}

/** A page that leans to those which may be accessed. */
export function drawPage(
  random: Random,
  process: Process,
  isLikely: (page: Page) => boolean,
): number | undefined {
  const likely = process.pages.flatMap((page, index) =>
    page !== undefined && isLikely(page) ? [index] : [],
  );
  if (likely.length === 0 || random.chance(0.1)) return drawRange(random, process)?.page;
  return random.pick(likely);
}

/** A place for some pages, or none: free, mostly, or taken. */
export function drawPlace(random: Random, process: Process, count: number): number {
  for (let tries = 0; tries < 4; tries += 1) {
    const page = random.below(lastPlace(count) + 1);
    if (process.isFree(page, count)) return page;
  }
  return random.below(lastPlace(count) + 1);
}

/** Even what has no pages is at one. */
const lastPlace = (count: number): number => ARENA_PAGES - Math.max(count, 1);

/** A place whose first or last page is taken, or that begins or ends next to what is mapped; undefined where nothing is. */
export function drawNeighbour(random: Random, process: Process, count: number): number | undefined {
  const isMapped = (page: number): boolean => process.pages[page] !== undefined;
  const edges = process.pages.flatMap((page, index) => {
    if (page === undefined) return [];
    const before = isMapped(index - 1) ? [] : [index - count, index - count + 1];
    const behind = isMapped(index + 1) ? [] : [index + 1, index];
    return [...before, ...behind];
  });
  const possible = edges.filter((page) => page >= 0 && page <= lastPlace(count));
  return possible.length === 0 ? undefined : random.pick(possible);
}

/** Unmaps what a call that failed late has left unmapped: the guest says which pages are still mapped, a bit each. */
export function unmapGone(
  world: World,
  process: Process,
  first: number,
  count: number,
  mapped: number,
): void {
  for (let index = 0; index < count; index += 1)
    if ((mapped & (1 << index)) === 0) world.unmap(process, first + index, 1);
}

/** A count that leans to small ones. */
export const drawCount = (random: Random): number =>
  random.chance(0.6) ? random.between(1, 3) : random.between(1, COUNT_MAX);

function drawAnywhere(random: Random): Range {
  return clip(random.below(ARENA_PAGES), random.between(1, COUNT_MAX));
}

function clip(page: number, count: number): Range {
  return { page, count: Math.min(count, COUNT_MAX, ARENA_PAGES - page) };
}

/** A range that reaches beyond the arena is cut off at its end. */
export const within = (page: number, count: number): number => Math.min(count, ARENA_PAGES - page);

/** "arena + 3 * page" */
export const address = (page: number): string => (page === 0 ? 'arena' : `arena + ${page} * page`);

/** "2 * page", or "2 * page - page / 2" */
export function bytes(count: number, end: End = 'whole'): string {
  if (count === 0) return '0';
  const whole = count === 1 ? 'page' : `${count} * page`;
  if (end === 'whole') return whole;
  return count === 1 ? 'page / 2' : `${whole} - page / 2`;
}
