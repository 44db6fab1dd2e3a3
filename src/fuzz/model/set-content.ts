import type { Content } from './content.ts';
import type { Process } from './process.ts';

/** Gives a page a content: the object's, where the page is shared, so that all who map it see it, else its own. */
export function setContent(process: Process, number: number, content: Content): void {
  const page = process.pages[number];
  if (page === undefined) return;
  if (page.shared && page.source !== undefined) page.source.object.pages[page.source.index] = content;
  else process.pages[number] = { ...page, own: content };
}
