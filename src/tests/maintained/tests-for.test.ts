import test from 'ava';
import { findTestsFor } from './tests-for.ts';

const suite = (variable: string, name: string) =>
  `static struct kunit_suite ${variable} = {\n\t.name = "${name}",\n\t.test_cases = cases,\n};\n`;

const FILES: Readonly<Record<string, string>> = {
  MAINTAINERS: `LISTS
S:	Maintained
F:	lib/list*.c
F:	lib/odd-place/about_lists.c
F:	tools/testing/selftests/lists/

MEMORY
S:	Maintained
F:	lib/
F:	mm/
F:	tools/testing/selftests/mm/
F:	tools/testing/selftests/net/mm.sh

THE REST
F:	*
F:	*/
`,
  'lib/list.c': '',
  'lib/list-test.c': suite('lists', 'list-of-lists') + suite('more', 'more-lists'),
  'lib/hash.c': '',
  'lib/tests/hash_kunit.c': suite('hash', 'hash'),
  'lib/test_sort.c': 'no suite of KUnit',
  'lib/sort.c': '',
  'lib/odd-place/about_lists.c': suite('not_by_its_name', 'odd'),
  'lib/odd-place/about_lists_test.c': suite('odd', 'not listed'),
  'mm/mmap.c': '',
  'tools/testing/selftests/lists/Makefile': '',
  'tools/testing/selftests/mm/Makefile': '',
  'tools/testing/selftests/mm/inner/Makefile': '',
  'tools/testing/selftests/net/Makefile': '',
};

const find = async (...changed: string[]) =>
  (await findTestsFor(changed, { paths: Object.keys(FILES), read: async (path) => FILES[path] })).map(
    ({ pattern, because }) => `${pattern}: ${because}`,
  );

test('takes the collections and the suites that MAINTAINERS lists', async (t) => {
  t.deepEqual(await find('lib/list.c'), [
    'selftests/lists: MAINTAINERS, "LISTS", of lib/list.c',
    'selftests/mm: MAINTAINERS, "MEMORY", of lib/list.c',
    'kunit/list-of-lists: lib/list-test.c: MAINTAINERS, "LISTS", of lib/list.c',
    'kunit/more-lists: lib/list-test.c: MAINTAINERS, "LISTS", of lib/list.c',
  ]);
});

test('takes the suites that lie beside the code and have its name', async (t) => {
  t.deepEqual(await find('lib/hash.c'), [
    'selftests/mm: MAINTAINERS, "MEMORY", of lib/hash.c',
    'kunit/hash: lib/tests/hash_kunit.c beside lib/hash.c',
  ]);
});

test('takes a collection once, with those inside it', async (t) => {
  t.deepEqual(await find('mm/mmap.c', 'lib/sort.c'), ['selftests/mm: MAINTAINERS, "MEMORY", of mm/mmap.c']);
});

test('takes nothing from an entry about everything', async (t) => {
  t.deepEqual(await find('fs/open.c'), []);
});

test('takes nothing of a tree without MAINTAINERS but what lies beside', async (t) => {
  const { MAINTAINERS: _, ...rest } = FILES;
  const found = await findTestsFor(['lib/hash.c', 'mm/mmap.c'], {
    paths: Object.keys(rest),
    read: async (path) => rest[path],
  });
  t.deepEqual(
    found.map(({ pattern }) => pattern),
    ['kunit/hash'],
  );
});
