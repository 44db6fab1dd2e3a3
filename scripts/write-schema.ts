// Writes the JSON Schemas: that of specs, which editors complete and check with, and those of the records, for programs
// that read them. Run it with "npm run schema" after a change to a schema; tests fail while what is written is stale.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { recordSchemas } from '../src/report/recorded/record-schemas.ts';
import { specJsonSchema } from '../src/spec/json-schema.ts';

for (const [file, schema] of Object.entries({ 'specs/schema.json': specJsonSchema(), ...recordSchemas() })) {
  const path = resolve(import.meta.dirname, '..', file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(schema, undefined, 2)}\n`);
  console.log(`Wrote ${path}`);
}
