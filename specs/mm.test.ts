import { join } from 'node:path';
import test from 'ava';
import { testSpecs } from '../src/ava.ts';

// On one architecture, for the time it takes: "npm run test:specs" asks on both, and of the patched kernel, too.
await testSpecs(test, {
  specs: [join(import.meta.dirname, 'mm')],
  kernels: ['linux-6.12'],
  arches: ['x86_64'],
  root: import.meta.dirname,
  onProgress: (line) => process.stderr.write(`${line}\n`),
});
