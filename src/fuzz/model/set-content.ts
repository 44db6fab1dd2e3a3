import type { Content } from './content.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

/** What was written to a page: the object has it, where the page is shared, so that all who map it see it. */
export function writePage(world: World, process: Process, number: number, content: Content): void {
  setContent(process, number, content);
  const page = process.pages[number];
  if (page === undefined || page.shared || page.ancestry.page !== undefined) return;
  process.pages[number] = { ...page, ancestry: { ...page.ancestry, page: world.newPiece() } };
}

/** Gives a page a content: the object's, where the page is shared, else its own. */
export function setContent(process: Process, number: number, content: Content): void {
  const page = process.pages[number];
  if (page === undefined) return;
  if (page.shared && page.source !== undefined) page.source.object.pages[page.source.index] = content;
  else process.pages[number] = { ...page, own: content };
}
