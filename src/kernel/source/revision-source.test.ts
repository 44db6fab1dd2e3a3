import { cp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../process/temporary-folder.ts';
import { contradicts } from '../tools/file-token.ts';
import { readLocalSource } from './local-source.ts';
import { readRevisionSource } from './revision-source.ts';

const MINI = join(import.meta.dirname, '../../../fixtures/trees/mini');

let cache: TemporaryFolder;
test.before(async () => {
  cache = await createTemporaryFolder('kgate-cache');
  process.env['KGATE_CACHE'] = cache.path;
});
test.after.always(() => cache[Symbol.asyncDispose]());

/** A git tree with two commits: the second changes mm/fork.c, adds a link and removes README.md. */
async function gitTree(): Promise<
  TemporaryFolder & { readonly git: (...args: string[]) => Promise<string> }
> {
  const folder = await createTemporaryFolder('kgate-tree');
  await cp(MINI, folder.path, { recursive: true });
  const git = async (...args: string[]) => {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
    return (await runCommand('git', ['-C', folder.path, ...identity, ...args])).stdout.trim();
  };
  await git('init', '--quiet');
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'one');
  await writeFile(join(folder.path, 'mm/fork.c'), 'int second;\n');
  await symlink('fork.c', join(folder.path, 'mm/link.c'));
  await rm(join(folder.path, 'README.md'));
  await git('add', '-A');
  await git('commit', '--quiet', '-m', 'two');
  return { ...folder, git };
}

const open = async (folder: string, revision: string) =>
  (await readRevisionSource(folder, revision, undefined)).open(undefined, () => {});

test('a commit is read independent of the checkout, and switching to another leaves nothing behind', async (t) => {
  await using tree = await gitTree();
  const before = await open(tree.path, 'HEAD~1');
  t.is(
    await readFile(join(before.root, 'mm/fork.c'), 'utf8'),
    await readFile(join(MINI, 'mm/fork.c'), 'utf8'),
  );
  const after = await open(tree.path, 'HEAD');
  t.is(await readFile(join(after.root, 'mm/fork.c'), 'utf8'), 'int second;\n');
  t.is(after.files.get('mm/link.c'), 'link:fork.c');
  t.false(after.files.has('README.md'));
  const gone = await readFile(join(after.root, 'README.md'), 'utf8').catch(() => 'gone');
  t.is(gone, 'gone');
  t.is(await tree.git('status', '--porcelain'), '');
});

test('a token knows its content', async (t) => {
  await using tree = await gitTree();
  const { root, files } = await open(tree.path, 'HEAD');
  const token = files.get('Makefile')!;
  t.false(contradicts(token, await readFile(join(root, 'Makefile'))));
  t.true(contradicts(token, Buffer.from('other')));
});

test('commits of equal content are one source, and share their lineage with the tree itself', async (t) => {
  await using tree = await gitTree();
  const first = await readRevisionSource(tree.path, 'HEAD', undefined);
  await tree.git('commit', '--quiet', '--allow-empty', '-m', 'three');
  const second = await readRevisionSource(tree.path, 'HEAD', undefined);
  t.is(first.identity, second.identity);
  t.is(first.family, (await readLocalSource(tree.path, undefined)).family);
  t.not((await readRevisionSource(tree.path, 'HEAD~2', undefined)).identity, first.identity);
});

test('the remains of an interrupted checkout are thrown away', async (t) => {
  await using tree = await gitTree();
  const { root } = await open(tree.path, 'HEAD');
  await writeFile(join(root, 'mm/fork.c'), 'half');
  await writeFile(join(root, '../unfinished'), '');
  await open(tree.path, 'HEAD');
  t.is(await readFile(join(root, 'mm/fork.c'), 'utf8'), 'int second;\n');
});

test('an unknown commit and a folder without git are told apart', async (t) => {
  await using tree = await gitTree();
  const unknown = await t.throwsAsync(readRevisionSource(tree.path, 'v9.9', undefined), {
    instanceOf: UsageError,
  });
  t.is(unknown.code, 'SERIES_REVISION_UNKNOWN');
  const noGit = await t.throwsAsync(readRevisionSource('/usr', 'HEAD', undefined), {
    instanceOf: UsageError,
  });
  t.is(noGit.code, 'SERIES_NO_GIT');
});
