import type { Ending } from './errno.ts';
import { contentOf, type Page } from './page.ts';

/** How reading a page ends. */
export function endOfRead(page: Page | undefined): Ending {
  if (page === undefined || page.access === 'none') return 'SIGSEGV';
  return contentOf(page) === undefined ? 'SIGBUS' : 'none';
}

/** How writing to a page ends. */
export function endOfWrite(page: Page | undefined): Ending {
  if (page === undefined || page.access !== 'write') return 'SIGSEGV';
  return contentOf(page) === undefined ? 'SIGBUS' : 'none';
}

/** Why it ends so, to end a sentence with "because". */
export function describePage(page: Page | undefined): string {
  if (page === undefined) return 'the page is not mapped';
  const where = contentOf(page) === undefined ? ', and lies behind the end of its object' : '';
  const words = { none: 'may not be accessed', read: 'is read-only', write: 'is writable' };
  return `the page ${words[page.access]}${where}`;
}
