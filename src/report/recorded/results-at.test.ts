import test from 'ava';
import { createResult } from '../../../fixtures/report/results.ts';
import { resultsAt } from './results-at.ts';

test('all repeats of a case on a kernel and an architecture are found, and no others', (t) => {
  const results = [
    createResult({ case: 'one', repeat: 1 }),
    createResult({ case: 'one', repeat: 2, outcome: 'failed' }),
    createResult({ case: 'one', arch: 'arm64' }),
    createResult({ case: 'one', kernel: 'linux-6.12' }),
    createResult({ case: 'two' }),
  ];
  const found = resultsAt(results);
  t.deepEqual(
    found({ spec: 'special-mappings', case: 'one', arch: 'x86_64', kernel: 'process-vm-mmap-6.12' }),
    results.slice(0, 2),
  );
  t.deepEqual(found({ spec: 'special-mappings', case: 'three', arch: 'x86_64', kernel: 'linux-6.12' }), []);
});
