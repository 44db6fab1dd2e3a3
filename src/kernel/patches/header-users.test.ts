import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { findHeaderUsers } from './header-users.ts';

const FILES: Readonly<Record<string, string>> = {
  'mm/user.c': 'int f(void) { return page_of(1); }',
  'mm/other.c': 'int g(void) { return my_page_of(1); }',
  'drivers/far.c': 'int h(void) { return page_of(1); }',
};

async function usersOf(...diffs: readonly string[]) {
  await using folder = await createTemporaryFolder('kgate-header-users');
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(join(folder.path, dirname(path)), { recursive: true });
    await writeFile(join(folder.path, path), text);
  }
  const patches = diffs.map((text, index) => ({ file: `/series/000${index + 1}.patch`, text }));
  return await findHeaderUsers(patches, { root: folder.path, paths: Object.keys(FILES) });
}

const HEADER = `--- a/include/linux/x.h
+++ b/include/linux/x.h
@@ -5,3 +5,3 @@ static inline int page_of(int x)
 {
-\treturn x;
+\treturn x + 0;
`;

test('a header that changes alone is counted where its inline functions are called, nearby', async (t) => {
  t.deepEqual(await usersOf(HEADER), ['mm/user.c']);
});

test('where a series changes C files, too, those are enough', async (t) => {
  t.deepEqual(await usersOf(HEADER, '--- a/mm/y.c\n+++ b/mm/y.c\n@@ -1 +1 @@\n-a\n+b\n'), []);
});

test('what is no inline function has no callers', async (t) => {
  t.deepEqual(
    await usersOf(
      '--- a/include/linux/x.h\n+++ b/include/linux/x.h\n@@ -1 +1 @@\n-#define A 1\n+#define A 2\n',
    ),
    [],
  );
});
