import { zeroed } from './content.ts';
import type { Page } from './page.ts';
import { populateLocked } from './populate.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

/** A range that becomes another. */
export interface Move {
  readonly page: number;
  readonly count: number;
  readonly to: number;
  readonly newCount: number;
}

/**
 * Moves the pages of a mapping, and adds what it has grown by. `keep` leaves the old place mapped, and empty;
 * `duplicate` leaves it as it is.
 */
export function moveMapping(
  world: World,
  process: Process,
  { page, count, to, newCount }: Move,
  how: 'move' | 'keep' | 'duplicate',
): void {
  const old = process.range(page, count).filter((one) => one !== undefined);
  const start = process.pages[page];
  if (start === undefined) return;
  const last = old.at(-1);
  const grown = Array.from({ length: newCount - old.length }, (_, index) =>
    last === undefined ? behind(start, index) : behind(last, index + 1),
  );
  if (how === 'move') world.unmap(process, page, count);
  if (how === 'keep') world.change(process, page, count, (one) => leave(one, world.step));
  world.map(process, to, relocate([...old, ...grown], to));
  if (start.locked) populateLocked(process, to + old.length, grown.length);
}

/** Lets the mapping of a range grow where it is. */
export function growMapping(process: Process, { page, count, newCount }: Move): void {
  const last = process.pages[page + count - 1];
  if (last === undefined) return;
  for (let index = count; index < newCount; index += 1)
    process.pages[page + index] = { ...behind(last, index - count + 1), piece: last.piece };
  if (last.locked) populateLocked(process, page + count, newCount - count);
}

/** Several mappings, moved together. Where there are holes between them, the target stays as it was. */
export function moveAll(
  world: World,
  process: Process,
  { page, count, to }: Move,
  how: 'move' | 'keep',
): void {
  const old = process.range(page, count);
  if (how === 'move') world.unmap(process, page, count);
  else world.change(process, page, count, (one) => leave(one, world.step));
  const pieces = new Map<number, number>();
  for (const [index, one] of old.entries()) {
    if (one === undefined) continue;
    if (!pieces.has(one.piece)) pieces.set(one.piece, world.newPiece());
    world.unmap(process, to + index, 1);
    process.pages[to + index] = { ...atPlace(one, to + index), piece: pieces.get(one.piece) ?? one.piece };
  }
}

/** The page so many pages behind another of the same mapping, when nothing has touched it yet. */
function behind(page: Page, distance: number): Page {
  const { source } = page;
  return {
    ...page,
    own: undefined,
    source: source && { ...source, index: source.index + distance },
    ancestry: { page: undefined, offsets: page.ancestry.offsets.map((offset) => offset + distance) },
  };
}

/** What stays where the pages were moved away from. */
function leave(page: Page, step: number): Page {
  const own = page.source === undefined && page.own !== undefined ? zeroed('discarded', step) : undefined;
  // Of its mapping nothing may be left that reverse mapping knows of.
  const ancestry = { ...page.ancestry, page: undefined };
  return { ...page, own, ancestry, locked: false, onFault: false };
}

const relocate = (
  pages: readonly Page[] | readonly Omit<Page, 'piece'>[],
  to: number,
): Omit<Page, 'piece'>[] => pages.map((page, index) => atPlace(page, to + index));

/** A mapping that nothing was written to gets the page offset of its new place; a userfaultfd does not follow it. */
function atPlace<P extends Omit<Page, 'piece'>>(page: P, number: number): P {
  const { ancestry } = page;
  if (ancestry.page !== undefined || ancestry.offsets.includes(number))
    return { ...page, watcher: undefined };
  return {
    ...page,
    watcher: undefined,
    ancestry: { page: undefined, offsets: [...ancestry.offsets, number] },
  };
}
