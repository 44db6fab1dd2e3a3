import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { findProgram } from './find-program.ts';

test('finds a program in the first folder with an executable one', async (t) => {
  const folders = await Promise.all(
    ['a', 'b', 'c'].map((name) => mkdtemp(join(tmpdir(), `kgate-find-${name}-`))),
  );
  t.teardown(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));
  const [plain = '', first = '', second = ''] = folders.map((folder) => join(folder, 'tool'));
  await Promise.all([plain, first, second].map((file) => writeFile(file, '#!/bin/sh\n')));
  await Promise.all([first, second].map((file) => chmod(file, 0o755)));
  // Root may read and write anything, but executes only what some bit says is a program.
  t.is(await findProgram('tool', folders), first);
});

test('finds nothing where there is nothing', async (t) => {
  t.is(await findProgram('no-such-program-anywhere'), undefined);
});

test('searches the PATH unless told otherwise', async (t) => {
  t.regex((await findProgram('sh')) ?? '', /\/sh$/u);
});
