// Writes the JSON Schema that editors use to complete and check specs. Run it with "npm run schema" after a change
// to src/spec/spec-file.ts; a test fails while the written schema is stale.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { specJsonSchema } from '../src/spec/json-schema.ts';

const path = resolve(import.meta.dirname, '../specs/schema.json');
await writeFile(path, `${JSON.stringify(specJsonSchema(), undefined, 2)}\n`);
console.log(`Wrote ${path}`);
