// Writes contract.md and review-2019.md of docs/process-vm-mmap/. Run it with "npm run contract" after a change to a
// spec or to contract/*.yaml beside them; a test fails while the written pages are stale.
import { writeFile } from 'node:fs/promises';
import { writtenPages } from './contract/pages.ts';

for (const { path, text } of await writtenPages()) {
  await writeFile(path, text);
  console.log(`Wrote ${path}`);
}
