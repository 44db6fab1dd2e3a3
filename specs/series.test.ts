import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { testSpecs } from '../src/ava.ts';

/** Of specs/mm, which mm.test.ts asks of the base, these two show that the series leaves its surroundings alone. */
const ALSO = ['mremap', 'mprotect'];

const rooms = (await readdir(import.meta.dirname, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory() && entry.name !== 'mm')
  .map(({ name }) => join(import.meta.dirname, name));

await testSpecs(test, {
  specs: [...rooms, ...ALSO],
  kernels: ['linux-6.12', 'process-vm-mmap-6.12'],
  root: import.meta.dirname,
  onProgress: (line) => process.stderr.write(`${line}\n`),
});
