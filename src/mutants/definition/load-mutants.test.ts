import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { loadSpecs } from '../../spec/load-specs.ts';
import { loadMutants } from './load-mutants.ts';

const context = { specs: await loadSpecs(join(import.meta.dirname, '../../../specs')), kernels: ['base'] };

const MUTANT = `---
plants: The last page stays
suffers: Memory that is not given back
notice: [munmap/last_page]
kernels: [base]
---
diff --git a/mm/mmap.c b/mm/mmap.c
`;

async function load(files: readonly string[]) {
  await using folder = await createTemporaryFolder('kgate-load-mutants');
  for (const file of files) {
    const path = join(folder.path, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, MUTANT);
  }
  return await loadMutants(folder.path, context);
}

test('mutants of folders below are found, and are called after their files', async (t) => {
  const mutants = await load(['first.patch', 'linux-6.12/second.patch', 'linux-6.12/notes.txt']);
  t.deepEqual(
    mutants.map(({ name }) => name),
    ['first', 'second'],
  );
});

test('two mutants of one name are refused', async (t) => {
  const error = await t.throwsAsync(load(['same.patch', 'linux-6.12/same.patch']), {
    instanceOf: UsageError,
  });
  t.is(error?.code, 'MUTANT_INVALID');
  t.regex(`${error?.message}\n${error?.detail ?? ''}`, /is called "same", too/u);
});
