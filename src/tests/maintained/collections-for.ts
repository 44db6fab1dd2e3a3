import { SELFTESTS } from '../selftests/tree-part.ts';
import { isAbout, parseMaintainers, type MaintainedPart } from './maintainers.ts';

/** The file that says who looks after what, in the root of a kernel's tree. */
export const MAINTAINERS = 'MAINTAINERS';

/** What an entry about everything lists; it says nothing about any file. */
const EVERYTHING = new Set(['*', '*/']);

/** The entries of MAINTAINERS that are about some part of a kernel. */
export const readParts = (text: string): readonly MaintainedPart[] =>
  parseMaintainers(text).filter(({ files }) => !files.some((pattern) => EVERYTHING.has(pattern)));

/** The collections of selftests that an entry lists as a whole, by their paths below tools/testing/selftests. */
export const collectionsOf = ({ files }: MaintainedPart): readonly string[] =>
  files.flatMap((pattern) => COLLECTION.exec(pattern)?.groups?.['name'] ?? []);

const COLLECTION = new RegExp(`^${SELFTESTS}/(?<name>[^.*?]+?)/?$`, 'u');

/** The collections of selftests that MAINTAINERS lists for some files, each once. */
export function collectionsFor(paths: readonly string[], maintainers: string): readonly string[] {
  const parts = readParts(maintainers);
  const listed = paths.flatMap((path) => parts.filter((part) => isAbout(part, path)).flatMap(collectionsOf));
  return [...new Set(listed)];
}
