import { UNTOUCHED, type Content } from './content.ts';

/** What a process may do with a page. */
export type Access = 'none' | 'read' | 'write';

/** Memory that several mappings show: a memfd, a file of tmpfs, or what a shared anonymous mapping brings. */
export interface SharedObject {
  readonly name: 'memfd' | 'file' | 'anonymous';
  /** Its pages; beyond them there is nothing, and an access gets SIGBUS. */
  readonly pages: Content[];
  /** It ends in the middle of its last page. */
  endsInPage: boolean;
}

/** Where pages come from that a process has not made its own. */
export interface Source {
  readonly object: SharedObject;
  readonly index: number;
}

/** One mapped page of a process. Never changed, only replaced. */
export interface Page {
  /** Pages of one mapping that nothing has divided have the same number here. */
  readonly piece: number;
  /** Writes are seen by all who map it. */
  readonly shared: boolean;
  /** Undefined for private anonymous memory. */
  readonly source: Source | undefined;
  /** Of a private page: the process's own copy. Without one, the source shows, or zeroes. */
  readonly own: Content | undefined;
  readonly access: Access;
  /** It may be made writable: not so for a shared mapping of what is read-only, or sealed. */
  readonly mayWrite: boolean;
  readonly locked: boolean;
  /** Locked pages are filled when they are touched, and not before. */
  readonly onFault: boolean;
  /** Which of the process's userfaultfds watches it. */
  readonly watcher: 'first' | 'second' | undefined;
  /** Advice that changes nothing but how the kernel goes about it: names, sorted. */
  readonly hints: string;
  readonly dontFork: boolean;
  readonly wipeOnFork: boolean;
  readonly ancestry: Ancestry;
}

/** Where a private page comes from, as far as reverse mapping cares. */
export interface Ancestry {
  /** Of a page that was written to: all copies of it, by fork() or otherwise, have this number, too. */
  readonly page: number | undefined;
  /** The page offsets that its mapping may have here: the place where it was mapped, or one where it was moved to. */
  readonly offsets: readonly number[];
}

/** What reading the page shows; undefined where there is nothing, behind the end of its object. */
export function contentOf({ own, source }: Page): Content | undefined {
  if (own !== undefined) return own;
  return source === undefined ? UNTOUCHED : source.object.pages[source.index];
}

/** Whether it is in memory, if nothing was asked to go to swap: what was written to is, and what a lock has filled. */
export function mustBePresent(page: Page): boolean {
  const content = contentOf(page);
  if (content === undefined || content.mayBeZero) return false;
  return content.how === 'written' || (page.own !== undefined && content.how === 'never written');
}

/** The page after a write fault without a write: a private page is the process's own now. */
export function madeOwn(page: Page): Page {
  if (page.shared || page.own !== undefined) return page;
  const content = contentOf(page);
  return content === undefined ? page : { ...page, own: content };
}

/** Whether two neighbours may lie in one mapping, were they mapped one behind the other. */
export function areAlike(left: Page, right: Page): boolean {
  return (
    left.shared === right.shared &&
    left.access === right.access &&
    left.mayWrite === right.mayWrite &&
    left.locked === right.locked &&
    left.onFault === right.onFault &&
    left.watcher === right.watcher &&
    left.dontFork === right.dontFork &&
    left.wipeOnFork === right.wipeOnFork &&
    left.source?.object === right.source?.object &&
    (left.source === undefined || left.source.index + 1 === right.source?.index)
  );
}
