import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { findChangedFiles } from './changed-files.ts';
import { findFileChanges } from './file-changes.ts';
import { placeChanges } from './place-changes.ts';

const FILE = ['int f(void)', '{', '\tone();', '\ttwo();', '}', '', 'int g(void)', '{', '\tthree();', '}'];

const patch = (...body: string[]) => ({
  name: '0001-x.patch',
  text: ['--- a/mm/x.c', '+++ b/mm/x.c', ...body, ''].join('\n'),
});

const placed = (...body: string[]) =>
  placeChanges(findFileChanges([patch(...body)]).get('mm/x.c') ?? [], FILE).removed.map(
    ({ line, lines, added }) => ({ line, lines, added }),
  );

test('lines of code that a patch removes are placed where they were', (t) => {
  t.deepEqual(placed('@@ -2,5 +2,3 @@', ' {', ' \tone();', '-\tif (x)', '-\t\treturn 1;', ' \ttwo();'), [
    { line: 4, lines: 2, added: 0 },
  ]);
});

test('their replacement is reported with them', (t) => {
  t.deepEqual(placed('@@ -3,3 +3,2 @@', ' \tone();', '-\tthree();', '-\tfour();', '+\ttwo();', ' }'), [
    { line: 4, lines: 2, added: 1 },
  ]);
});

test('comments, blank lines, directives and braces are not code', (t) => {
  const body = ['-\t/* why */', '-\t * more', '-', '-#include <x.h>', '-\t} else {', '-\t}', '-\t// x'];
  t.deepEqual(placed('@@ -3,9 +3,2 @@', ' \tone();', ...body, ' \ttwo();'), []);
});

test('a place is found where the tree has moved on, and nowhere in a file that has changed again', (t) => {
  t.deepEqual(placed('@@ -40,3 +40,2 @@', ' \tone();', '-\tx();', ' \ttwo();'), [
    { line: 4, lines: 1, added: 0 },
  ]);
  t.deepEqual(placed('@@ -3,3 +3,2 @@', ' \tone();', '-\tx();', ' \tgone();'), []);
});

test('only files of C count', async (t) => {
  await using folder = await createTemporaryFolder('kgate-removed');
  const file = join(folder.path, 'Kconfig');
  await writeFile(file, 'a\n');
  const text = '--- a/mm/Kconfig\n+++ b/mm/Kconfig\n@@ -1,2 +1 @@\n a\n-config X\n';
  t.deepEqual(await findChangedFiles([{ name: 'p', text }], () => file), {
    patches: ['p'],
    files: [],
    unplaced: [],
  });
});

const nowhere = () => '/nonexistent/x.c';

test('a file that is missing is told, unless the series removes it', async (t) => {
  const change = patch('@@ -1,2 +1,2 @@', ' a', '-b', '+c');
  const removal = { name: '2', text: '--- a/mm/x.c\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-c\n' };
  const { unplaced } = await findChangedFiles([change], nowhere);
  t.deepEqual(unplaced, [{ path: 'mm/x.c', problem: 'missing' }]);
  t.deepEqual((await findChangedFiles([change, removal], nowhere)).unplaced, []);
});
