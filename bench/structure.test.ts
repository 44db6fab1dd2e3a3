import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { findFunctions } from '../fixtures/structure/find-functions.ts';

const LONGEST_FUNCTION = 60;

test('no function of a benchmark is long', async (t) => {
  const paths = (await readdir(import.meta.dirname, { recursive: true })).filter(
    (path) => path.endsWith('.ts') && !path.endsWith('.test.ts'),
  );
  const files = await Promise.all(
    paths.map(async (path) => ({ path, text: await readFile(join(import.meta.dirname, path), 'utf8') })),
  );
  const functions = files.flatMap(findFunctions);
  t.true(functions.length > 50);
  t.deepEqual(
    functions.filter(({ lines }) => lines > LONGEST_FUNCTION),
    [],
  );
});
