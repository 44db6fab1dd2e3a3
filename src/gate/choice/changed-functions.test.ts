import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createSeries } from '../../../fixtures/gate/series.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { findChangedFunctions } from './changed-functions.ts';

const AFTER = `int first(int a)
{
	prepare(a);
	return a;
}

int second(int b)
{
	return b;
}

#define LIMIT 2
`;

const [PATCH] = createSeries().patches;

async function functionsOf(hunks: string, after = AFTER) {
  await using folder = await createTemporaryFolder('kgate-functions');
  await writeFile(join(folder.path, 'x.c'), after);
  const text = `Subject: [PATCH] x\n\n--- a/mm/x.c\n+++ b/mm/x.c\n${hunks}`;
  const found = await findChangedFunctions(PATCH === undefined ? [] : [{ ...PATCH, text }], () =>
    join(folder.path, 'x.c'),
  );
  return found.map(({ path, name }) => `${path} ${name ?? 'outside'}`);
}

test('names the functions that get lines, each once', async (t) => {
  t.deepEqual(
    await functionsOf('@@ -1,3 +1,4 @@\n int first(int a)\n {\n+\tprepare(a);\n \treturn a;\n }\n'),
    ['mm/x.c first'],
  );
});

test('names the functions that lose lines', async (t) => {
  t.deepEqual(
    await functionsOf('@@ -7,5 +7,4 @@\n int second(int b)\n {\n-\tprepare(b);\n \treturn b;\n }\n'),
    ['mm/x.c second'],
  );
});

test('says that a change lies outside of functions', async (t) => {
  t.deepEqual(await functionsOf('@@ -10,3 +10,3 @@\n }\n \n-#define LIMIT 1\n+#define LIMIT 2\n'), [
    'mm/x.c outside',
  ]);
});

test('does not guess where a file is not what the patches say', async (t) => {
  t.deepEqual(await functionsOf('@@ -1 +1 @@\n-int first(int a)\n+int third(int a)\n'), ['mm/x.c outside']);
});
