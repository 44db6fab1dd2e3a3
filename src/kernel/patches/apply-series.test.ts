import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { BuildError, UsageError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { Overlay } from '../source/overlay.ts';
import { applySeries, readSeries } from './apply-series.ts';

const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const CONTENT = `${NUMBERS.join('\n')}\n`;

/** A hunk that replaces the number at `line`, with one line of context on each side. */
function hunk(line: number, before: string, after: string): string {
  const context = [NUMBERS[line - 2], NUMBERS[line]];
  return `@@ -${line - 1},3 +${line - 1},3 @@\n ${context[0]}\n-${before}\n+${after}\n ${context[1]}\n`;
}

function diff(path: string, ...hunks: readonly string[]): string {
  return `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n${hunks.join('')}`;
}

async function prepare(root: string, files: Readonly<Record<string, string>>): Promise<Overlay> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, 'source', path)), { recursive: true });
    await writeFile(join(root, 'source', path), content);
  }
  await mkdir(join(root, 'overlay'));
  return new Overlay(join(root, 'overlay'), {
    label: 'linux-test 1.0',
    root: join(root, 'source'),
    immutable: true,
    files: new Map(Object.keys(files).map((path) => [path, 'archive:test'])),
  });
}

async function writePatches(root: string, texts: readonly string[]): Promise<string> {
  await mkdir(join(root, 'series'));
  for (const [index, text] of texts.entries())
    await writeFile(join(root, 'series', `000${index + 1}-change.patch`), text);
  return join(root, 'series');
}

test('patches apply in the order of their names, and the source does not change', async (t) => {
  await using temporary = await createTemporaryFolder('kgate-series');
  const root = temporary.path;
  const overlay = await prepare(root, { 'mm/a.c': CONTENT, 'mm/b.c': CONTENT });
  const folder = await writePatches(root, [
    diff('mm/a.c', hunk(2, 'two', 'TWO')),
    diff('mm/a.c', hunk(2, 'TWO', 'zwei')),
  ]);
  await applySeries(await readSeries(folder), overlay, undefined);
  const files = await overlay.files();
  t.regex(await readFile(files.get('mm/a.c')!.from, 'utf8'), /^one\nzwei\nthree\n/u);
  t.false(files.get('mm/a.c')!.mayLink);
  t.is(files.get('mm/b.c')!.from, join(root, 'source/mm/b.c'));
  t.is(await readFile(join(root, 'source/mm/a.c'), 'utf8'), CONTENT);
});

test('a file that a patch deletes is not part of the tree', async (t) => {
  await using temporary = await createTemporaryFolder('kgate-series');
  const root = temporary.path;
  const overlay = await prepare(root, { gone: 'x\n', stays: 'y\n' });
  const folder = await writePatches(root, [
    'diff --git a/gone b/gone\ndeleted file mode 100644\n--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n',
  ]);
  await applySeries(await readSeries(folder), overlay, undefined);
  t.deepEqual([...(await overlay.files()).keys()], ['stays']);
});

test('a patch that does not apply is named with every rejected hunk', async (t) => {
  await using temporary = await createTemporaryFolder('kgate-series');
  const root = temporary.path;
  const overlay = await prepare(root, { 'mm/a.c': CONTENT });
  const folder = await writePatches(root, [
    diff('mm/a.c', hunk(9, 'nine', 'NINE')),
    diff('mm/a.c', hunk(2, 'two', 'TWO'), hunk(6, 'sechs', 'SIX')),
  ]);
  const error = await t.throwsAsync(applySeries(await readSeries(folder), overlay, undefined), {
    instanceOf: BuildError,
  });
  t.is(error.code, 'KERNEL_PATCH_REJECTED');
  t.regex(error.message, /0002-change\.patch does not apply: it does not fit linux-test 1\.0/u);
  t.is(
    error.detail,
    `${folder}/0002-change.patch:9: hunk 2 of 2 of mm/a.c\n${hunk(6, 'sechs', 'SIX').trimEnd()}`,
  );
});

test('a patch for a file that the tree lacks says so', async (t) => {
  await using temporary = await createTemporaryFolder('kgate-series');
  const overlay = await prepare(temporary.path, { 'mm/a.c': CONTENT });
  const folder = await writePatches(temporary.path, [diff('mm/absent.c', hunk(2, 'x', 'y'))]);
  const error = await t.throwsAsync(applySeries(await readSeries(folder), overlay, undefined), {
    instanceOf: BuildError,
  });
  t.regex(error.detail!, /mm\/absent\.c is not in the tree/u);
});

test('a patch cannot write outside the tree', async (t) => {
  await using temporary = await createTemporaryFolder('kgate-series');
  const overlay = await prepare(temporary.path, { 'mm/a.c': CONTENT });
  const folder = await writePatches(temporary.path, [diff('../source/mm/a.c', hunk(2, 'two', 'evil'))]);
  await t.throwsAsync(applySeries(await readSeries(folder), overlay, undefined), {
    instanceOf: BuildError,
    message: /reaches out of the tree/u,
  });
});

test('a folder without patches is an error, and a cover letter is not a patch', async (t) => {
  await using temporary = await createTemporaryFolder('kgate-series');
  await writeFile(join(temporary.path, '0000-cover-letter.patch'), 'Subject: [PATCH 0/1] x\n');
  await t.throwsAsync(readSeries(temporary.path), { instanceOf: UsageError, message: /no patches/u });
});
