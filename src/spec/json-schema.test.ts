import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import test from 'ava';
import { specJsonSchema } from './json-schema.ts';

test('specs/schema.json is what "npm run schema" writes', async (t) => {
  const written = await readFile(resolve(import.meta.dirname, '../../specs/schema.json'), 'utf8');
  t.deepEqual(JSON.parse(written), JSON.parse(JSON.stringify(specJsonSchema())));
});
