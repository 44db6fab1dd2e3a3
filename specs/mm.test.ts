import { join } from 'node:path';
import test from 'ava';
import { testSpecs } from '../src/ava.ts';

// On one architecture, as a machine with nothing compiles four kernels before; "npm run test:specs" has all of them.
await testSpecs(test, {
  specs: [join(import.meta.dirname, 'mm')],
  kernels: ['linux-6.12'],
  arches: ['x86_64'],
  root: import.meta.dirname,
  onProgress: (line) => process.stderr.write(`${line}\n`),
});
