import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import test from 'ava';
import { recordSchemas } from './record-schemas.ts';

for (const [file, schema] of Object.entries(recordSchemas())) {
  test(`${file} is what "npm run schema" writes`, async (t) => {
    const written = await readFile(resolve(import.meta.dirname, '../../..', file), 'utf8');
    t.deepEqual(JSON.parse(written), JSON.parse(JSON.stringify(schema)));
  });
}

test('a schema does not refuse fields that a newer kgate adds', (t) => {
  t.notRegex(JSON.stringify(recordSchemas()), /"additionalProperties":false/u);
});
