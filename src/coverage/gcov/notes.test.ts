import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { compileCountedProgram } from '../../../fixtures/coverage/counted-program.ts';
import { readGcda } from '../../../fixtures/coverage/read-gcda.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { readCounterMap } from './counter-map.ts';
import { pathInTree, selectNotes } from './notes.ts';
import { countLines } from './gcov.ts';
import { readKernelImage } from './kernel-image.ts';

const OPTIONS = { gcov: 'gcov', paths: new Set(['counted.c']), signal: undefined };

test('functions that hold a line of interest are kept, and gcov says the same of them as before', async (t) => {
  await using counted = await compileCountedProgram();
  await using folder = await createTemporaryFolder('kgate-notes');
  const [object] = readCounterMap(await readKernelImage(counted.program));
  const values = readGcda(await counted.run(4), object!);
  const { notes, idents } = selectNotes(
    await readFile(counted.notes),
    (path, line) => path === 'counted.c' && line === 16,
  );
  t.is(idents.size, 1);
  const selected = join(folder.path, 'selected.gcno');
  await writeFile(selected, notes);
  const functions = object!.functions.filter(({ ident }) => idents.has(ident));
  const [all, some] = await countLines(
    [
      { object: object!, notes: counted.notes, values },
      { object: { ...object!, functions }, notes: selected, values },
    ],
    OPTIONS,
  );
  const lines = some!.get('counted.c')!;
  t.deepEqual([...lines.keys()], [11, 13, 15, 16, 17]);
  for (const [line, count] of lines) t.is(all!.get('counted.c')!.get(line), count);
});

test('notes without any line of interest keep no function', async (t) => {
  await using counted = await compileCountedProgram();
  const { idents } = selectNotes(await readFile(counted.notes), () => false);
  t.is(idents.size, 0);
});

test('a path is that of the tree above the folder of objects', (t) => {
  t.is(pathInTree('../mm/x.c', '/cache/source/objects'), 'mm/x.c');
  t.is(pathInTree('/cache/source/mm/x.c', '/cache/source/objects'), 'mm/x.c');
  t.is(pathInTree('./include/generated/x.h', '/cache/source/objects'), 'objects/include/generated/x.h');
});
