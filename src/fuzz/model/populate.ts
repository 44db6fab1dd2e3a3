import type { Process } from './process.ts';
import { contentOf, madeOwn } from './page.ts';

/**
 * Fills the pages of a range as mlock() does: with write faults where the memory is private and writable. Returns false
 * where it stopped at a page that cannot be filled; unmapped pages are passed over.
 */
export function populateLocked(process: Process, first: number, count: number): boolean {
  for (let index = first; index < first + count; index += 1) {
    const page = process.pages[index];
    if (page === undefined || page.onFault) continue;
    if (page.access === 'none' || contentOf(page) === undefined) return false;
    if (page.access === 'write') process.pages[index] = madeOwn(page);
  }
  return true;
}
