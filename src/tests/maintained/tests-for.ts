import { SELFTESTS } from '../selftests/tree-part.ts';
import { collectionsOf, MAINTAINERS, readParts } from './collections-for.ts';
import { findSuites, isNamedAfter, looksLikeTest } from './kunit-beside.ts';
import { isAbout, type MaintainedPart } from './maintainers.ts';

/** Tests of a kernel's own tree, as a command names them, and why they are meant for a series. */
export interface TestsForFile {
  /** `selftests/mm`, `kunit/hash`. */
  readonly pattern: string;
  /** `MAINTAINERS, "MEMORY MAPPING", of mm/mmap.c`. */
  readonly because: string;
}

/** A kernel's tree. */
export interface TestedTree {
  /** Whatever it has, by path. */
  readonly paths: Iterable<string>;
  /** The text of a file; undefined if there is none. */
  readonly read: (path: string) => Promise<string | undefined>;
}

/**
 * Finds the tests that a tree has for some of its files: collections of selftests that MAINTAINERS lists in an entry
 * about one of them, and KUnit suites that such an entry lists or that lie beside the file and have its name. Each is
 * given once, with the first reason.
 */
export async function findTestsFor(
  changed: readonly string[],
  { paths, read }: TestedTree,
): Promise<readonly TestsForFile[]> {
  const all = [...paths];
  const parts = readParts((await read(MAINTAINERS)) ?? '');
  const collections = new Set(all.filter((path) => path.startsWith(`${SELFTESTS}/`)));
  const isThere = (name: string) => collections.has(`${SELFTESTS}/${name}/Makefile`);
  const tests = all.filter(looksLikeTest);
  const found: TestsForFile[] = [];
  for (const path of changed) {
    const about = parts.filter((part) => isAbout(part, path));
    for (const part of about)
      for (const collection of collectionsOf(part).filter(isThere))
        found.push({ pattern: `selftests/${collection}`, because: listedBy(part, path) });
    found.push(...(await suitesFor(path, about, { tests, read })));
  }
  const unique = new Map(found.toReversed().map((one) => [one.pattern, one]));
  return found.filter((one) => unique.get(one.pattern) === one);
}

const listedBy = ({ title }: MaintainedPart, path: string): string => `MAINTAINERS, "${title}", of ${path}`;

async function suitesFor(
  path: string,
  about: readonly MaintainedPart[],
  { tests, read }: { readonly tests: readonly string[]; readonly read: TestedTree['read'] },
): Promise<readonly TestsForFile[]> {
  const found: TestsForFile[] = [];
  for (const test of tests) {
    const by = about.find((part) => namesFile(part, test));
    if (by === undefined && !isNamedAfter(test, path)) continue;
    const because = by === undefined ? `${test} beside ${path}` : `${test}: ${listedBy(by, path)}`;
    for (const suite of findSuites((await read(test)) ?? ''))
      found.push({ pattern: `kunit/${suite}`, because });
  }
  return found;
}

/** A folder such as mm/ has tests of much that an entry is not about. */
const namesFile = (part: MaintainedPart, path: string): boolean =>
  isAbout({ ...part, files: part.files.filter((pattern) => /\.[ch]$/u.test(pattern)), names: [] }, path);
