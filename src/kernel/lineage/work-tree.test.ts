import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { InterruptedError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { contentToken } from '../tools/file-token.ts';
import type { WantedFile } from '../source/overlay.ts';
import { syncWorkTree } from './work-tree.ts';

const OLD = new Date('2020-01-01');

/** Writes the wanted versions of files, with an old time as in an unpacked archive. */
async function want(
  root: string,
  version: string,
  contents: Readonly<Record<string, string>>,
): Promise<Map<string, WantedFile>> {
  const wanted = new Map<string, WantedFile>();
  for (const [path, content] of Object.entries(contents)) {
    const from = join(root, version, path);
    await mkdir(join(from, '..'), { recursive: true });
    await writeFile(from, content);
    await utimes(from, OLD, OLD);
    wanted.set(path, { from, token: contentToken(Buffer.from(content)), mayLink: true });
  }
  return wanted;
}

const paths = (root: string) => ({ folder: join(root, 'work'), stateFile: join(root, 'work.json') });
const timeOf = async (root: string, path: string) => (await stat(join(root, 'work', path))).mtime.getTime();

test('only files whose content differs are written, with a new time', async (t) => {
  await using temporary = await createTemporaryFolder('kgate-work-tree');
  const root = temporary.path;
  const base = await want(root, 'base', { 'mm/a.c': 'a', 'mm/b.c': 'b' });
  const patched = await want(root, 'patched', { 'mm/a.c': 'a', 'mm/b.c': 'B', 'mm/new.c': 'n' });
  t.is(await syncWorkTree(paths(root), base, { pristine: true, signal: undefined }), 2);
  t.is(await timeOf(root, 'mm/a.c'), OLD.getTime());
  t.is(await syncWorkTree(paths(root), patched, { pristine: false, signal: undefined }), 2);
  t.is(await timeOf(root, 'mm/a.c'), OLD.getTime());
  t.not(await timeOf(root, 'mm/b.c'), OLD.getTime());
  t.is(await readFile(join(root, 'base/mm/b.c'), 'utf8'), 'b');
  t.is(await syncWorkTree(paths(root), patched, { pristine: false, signal: undefined }), 0);
});

test('going back to older content gives it a new time, so that make sees the change', async (t) => {
  await using temporary = await createTemporaryFolder('kgate-work-tree');
  const root = temporary.path;
  const base = await want(root, 'base', { 'a.c': 'a', 'b/b.c': 'b' });
  const patched = await want(root, 'patched', { 'a.c': 'A' });
  await syncWorkTree(paths(root), base, { pristine: true, signal: undefined });
  await syncWorkTree(paths(root), patched, { pristine: false, signal: undefined });
  t.deepEqual(await readdir(join(root, 'work')), ['a.c']);
  await syncWorkTree(paths(root), base, { pristine: false, signal: undefined });
  t.is(await readFile(join(root, 'work/a.c'), 'utf8'), 'a');
  t.true((await timeOf(root, 'a.c')) > OLD.getTime());
  t.true((await timeOf(root, 'b/b.c')) > OLD.getTime());
});

test('an interrupted synchronisation is finished by the next', async (t) => {
  await using temporary = await createTemporaryFolder('kgate-work-tree');
  const root = temporary.path;
  const base = await want(root, 'base', { 'a.c': 'a', 'b.c': 'b' });
  await syncWorkTree(paths(root), base, { pristine: true, signal: undefined });
  const patched = await want(root, 'patched', { 'a.c': 'A', 'b.c': 'b' });
  await t.throwsAsync(syncWorkTree(paths(root), patched, { pristine: false, signal: AbortSignal.abort() }), {
    instanceOf: InterruptedError,
  });
  // A killed process may leave content that no record vouches for.
  await rm(join(root, 'work/a.c'));
  await writeFile(join(root, 'work/a.c'), 'A');
  await syncWorkTree(paths(root), base, { pristine: false, signal: undefined });
  t.is(await readFile(join(root, 'work/a.c'), 'utf8'), 'a');
});

test('a file that changed after its digest was taken is refused', async (t) => {
  await using temporary = await createTemporaryFolder('kgate-work-tree');
  const root = temporary.path;
  const base = await want(root, 'base', { 'a.c': 'a' });
  await writeFile(join(root, 'base/a.c'), 'edited');
  await t.throwsAsync(syncWorkTree(paths(root), base, { pristine: false, signal: undefined }), {
    message: /a\.c is different now/u,
  });
});
