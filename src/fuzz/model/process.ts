import { areAlike, type Page } from './page.ts';

/** Pages of an arena: where a program's mappings are. */
export const ARENA_PAGES = 32;

/** A process as the model knows it: what lies at each page of its arena. */
export class Process {
  readonly pages: (Page | undefined)[];
  isAlive = true;

  constructor(pages: readonly (Page | undefined)[] = []) {
    this.pages = Array.from({ length: ARENA_PAGES }, (_, index) => pages[index]);
  }

  /** The pages of a range, unmapped ones included. */
  range(first: number, count: number): (Page | undefined)[] {
    return this.pages.slice(first, first + count);
  }

  isFree(first: number, count: number): boolean {
    return this.range(first, count).every((page) => page === undefined);
  }

  isMapped(first: number, count: number): boolean {
    return this.range(first, count).every((page) => page !== undefined);
  }

  /** How many pages from the first on are mapped, at most `count`. */
  mappedFrom(first: number, count: number): number {
    const hole = this.range(first, count).indexOf(undefined);
    return hole === -1 ? count : hole;
  }

  /**
   * Whether a range lies within a single mapping. Neighbours that are alike may have been merged, or not: that is up to
   * the kernel.
   */
  isOneMapping(first: number, count: number): 'yes' | 'no' | 'maybe' {
    const pages = this.range(first, count);
    const [start] = pages;
    if (start === undefined) return 'no';
    let answer: 'yes' | 'maybe' = 'yes';
    for (const [index, page] of pages.entries()) {
      if (page === undefined) return 'no';
      const before = pages[index - 1];
      if (before === undefined || before.piece === page.piece) continue;
      if (!areAlike(before, page)) return 'no';
      answer = 'maybe';
    }
    return answer;
  }
}
