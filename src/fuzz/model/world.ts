import { UNTOUCHED, zeroed } from './content.ts';
import type { Page, SharedObject } from './page.ts';
import { ARENA_PAGES, Process } from './process.ts';

/** Processes of a program, at most. */
export const PROCESSES_MAX = 4;
/** Pages of the memfd, and of the file of tmpfs, that every program has. */
export const MEMFD_PAGES = 16;

/** What the model has to know of the kernel. */
export interface KernelFacts {
  /** Such as 6.12, as two numbers. */
  readonly release: readonly [major: number, minor: number];
}

export type Seal = 'SHRINK' | 'GROW' | 'WRITE' | 'FUTURE_WRITE' | 'SEAL';

/** What a page's attributes are, without its place in anything. */
export type Attributes = Partial<Omit<Page, 'piece'>>;

/** All processes of a program, and the memory that they share. */
export class World {
  readonly processes = new Map<number, Process>();
  readonly memfd: SharedObject;
  /** On a tmpfs, without a name, and without seals. */
  readonly file: SharedObject;
  /** Of the memfd. */
  readonly seals = new Set<Seal>();
  readonly kernel: KernelFacts;
  /** Pages may have gone to swap. */
  mayBeSwapped = false;
  /** The step that is being judged, counted from 1. */
  step = 0;
  #pieces = 0;
  /** Processes that may have memory of common descent have the same number. */
  readonly #kin = new Map<number, number>();

  constructor(kernel: KernelFacts, roots: readonly number[]) {
    this.kernel = kernel;
    this.memfd = createFile('memfd');
    this.file = createFile('file');
    for (const root of roots) this.processes.set(root, new Process());
  }

  /** A number that no mapping, and no family, has had before. */
  newPiece(): number {
    this.#pieces += 1;
    return this.#pieces;
  }

  /** The process that acts. A program that names one that is not alive is not well formed. */
  living(process: number): Process {
    const found = this.processes.get(process);
    if (found?.isAlive !== true) throw new RangeError(`Process ${process} is not alive.`);
    return found;
  }

  isAtLeast(major: number, minor: number): boolean {
    const [one, two] = this.kernel.release;
    return one > major || (one === major && two >= minor);
  }

  /** Puts pages at a place: one mapping, whatever was there before. */
  map(process: Process, first: number, pages: readonly Omit<Page, 'piece'>[]): void {
    this.unmap(process, first, pages.length);
    const piece = this.newPiece();
    for (const [index, page] of pages.entries()) process.pages[first + index] = { ...page, piece };
  }

  /** Unmaps a range. What is left of mappings on both sides of it are two of them now. */
  unmap(process: Process, first: number, count: number): void {
    this.divide(process, first);
    this.divide(process, first + count);
    process.pages.fill(undefined, first, Math.min(first + count, ARENA_PAGES));
  }

  /**
   * Changes attributes of mapped pages; unmapped ones are left out. A mapping is divided where only a part of it
   * changes, and stays whole where nothing does.
   */
  change(process: Process, first: number, count: number, to: (page: Page) => Page): void {
    const pieces = new Map<number, number>();
    for (let index = first; index < first + count; index += 1) {
      const page = process.pages[index];
      if (page === undefined) continue;
      const changed = to(page);
      if (changed === page) continue;
      if (hasSameAttributes(page, changed)) {
        process.pages[index] = changed;
        continue;
      }
      if (!pieces.has(page.piece)) pieces.set(page.piece, this.newPiece());
      process.pages[index] = { ...changed, piece: pieces.get(page.piece) ?? page.piece };
    }
    if (pieces.size > 0) this.#divideRest(process, first + count, pieces);
  }

  /** A child with a copy of its parent's memory, as fork() makes it. */
  fork(parent: number, child: number): void {
    this.#kin.set(child, this.#kin.get(parent) ?? parent);
    const pages = this.living(parent).pages.map((page) => inherit(page, this.step));
    this.processes.set(child, new Process(pages));
  }

  /** Whether two processes may have memory of common descent. */
  areKin(one: number, other: number): boolean {
    return (this.#kin.get(one) ?? one) === (this.#kin.get(other) ?? other);
  }

  /** From here on they may. */
  makeKin(one: number, other: number): void {
    const [kept, gone] = [this.#kin.get(one) ?? one, this.#kin.get(other) ?? other];
    for (const process of this.processes.keys())
      if ((this.#kin.get(process) ?? process) === gone) this.#kin.set(process, kept);
  }

  /** The mapping that reaches over a boundary becomes two. */
  divide(process: Process, at: number): void {
    const [before, after] = [process.pages[at - 1], process.pages[at]];
    if (before === undefined || after === undefined || before.piece !== after.piece) return;
    this.#renumber(process, at, after.piece);
  }

  #divideRest(process: Process, at: number, pieces: ReadonlyMap<number, number>): void {
    const after = process.pages[at];
    if (after !== undefined && pieces.has(after.piece)) this.#renumber(process, at, after.piece);
  }

  #renumber(process: Process, from: number, piece: number): void {
    const fresh = this.newPiece();
    for (let index = from; process.pages[index]?.piece === piece; index += 1) {
      const page = process.pages[index];
      if (page !== undefined) process.pages[index] = { ...page, piece: fresh };
    }
  }
}

/** A file of zeroes. */
const createFile = (name: SharedObject['name']): SharedObject => ({
  name,
  endsInPage: false,
  pages: Array.from({ length: MEMFD_PAGES }, () => UNTOUCHED),
});

/** Whether new mappings of the memfd are kept from writing to it. */
export const isWriteSealed = ({ seals }: World): boolean => seals.has('WRITE') || seals.has('FUTURE_WRITE');

function hasSameAttributes(left: Page, right: Page): boolean {
  return (
    left.access === right.access &&
    left.mayWrite === right.mayWrite &&
    left.locked === right.locked &&
    left.onFault === right.onFault &&
    left.watcher === right.watcher &&
    left.hints === right.hints &&
    left.dontFork === right.dontFork &&
    left.wipeOnFork === right.wipeOnFork
  );
}

/** A page in a child: memory locks are not inherited, and some memory is kept from children. */
function inherit(page: Page | undefined, step: number): Page | undefined {
  if (page === undefined || page.dontFork) return undefined;
  if (!page.wipeOnFork) return { ...page, locked: false, onFault: false, watcher: undefined };
  const ancestry = { ...page.ancestry, page: undefined };
  return { ...page, own: zeroed('wiped', step), ancestry, locked: false, onFault: false, watcher: undefined };
}
