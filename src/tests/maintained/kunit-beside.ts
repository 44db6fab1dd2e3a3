import { basename, dirname, join } from 'node:path/posix';

/** Folders beside the code in which subsystems keep their KUnit suites. */
const FOLDERS = ['tests', 'test', 'kunit'];
/** What authors put around the name of the code that they test: `list-test.c`, `test_hash.c`, `core-kunit.h`. */
const TESTING = /(?:^|[-_])(?:kunit|tests?)(?=$|[-_])/gu;

/** Whether a file may hold KUnit suites, by its name. */
export const looksLikeTest = (path: string): boolean =>
  /\.[ch]$/u.test(path) && basename(path).search(/kunit|test/u) !== -1;

/** Whether a test lies beside a file and is named after it: `lib/tests/hash_kunit.c` is for `lib/hash.c`. */
export function isNamedAfter(test: string, path: string): boolean {
  const folder = dirname(path);
  const isBeside = [folder, ...FOLDERS.map((name) => join(folder, name))].includes(dirname(test));
  return isBeside && test !== path && stemOf(test) === stemOf(path);
}

const stemOf = (path: string): string =>
  basename(path)
    .replace(/\.[ch]$/u, '')
    .replaceAll(TESTING, '')
    .replaceAll(/^[-_]+|[-_]+$/gu, '')
    .replaceAll('-', '_');

/** The names of the suites that a source file defines. */
export function findSuites(text: string): readonly string[] {
  const definitions = text.matchAll(/\bstruct\s+kunit_suite\s+\w+\s*=\s*\{(?<body>.*?)\n\};/gsu);
  return [...definitions].flatMap(
    ({ groups }) => /\.name\s*=\s*"(?<name>[^"]+)"/u.exec(groups?.['body'] ?? '')?.groups?.['name'] ?? [],
  );
}
