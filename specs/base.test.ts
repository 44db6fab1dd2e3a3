import test from 'ava';
import { testSpecs } from '../src/ava.ts';

await testSpecs(test, {
  kernels: ['linux-6.12'],
  root: import.meta.dirname,
  onProgress: (line) => process.stderr.write(`${line}\n`),
});
