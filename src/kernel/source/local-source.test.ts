import { cp, mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../process/temporary-folder.ts';
import { readLocalSource } from './local-source.ts';

const MINI = join(import.meta.dirname, '../../../fixtures/trees/mini');

let cache: TemporaryFolder;
test.before(async () => {
  cache = await createTemporaryFolder('kgate-cache');
  process.env['KGATE_CACHE'] = cache.path;
});
test.after.always(() => cache[Symbol.asyncDispose]());

async function copyOfMini(): Promise<TemporaryFolder> {
  const folder = await createTemporaryFolder('kgate-tree');
  await cp(MINI, folder.path, { recursive: true });
  return folder;
}

const identify = async (folder: string) => (await readLocalSource(folder, undefined)).identity;

test('the identity follows the content, not the times', async (t) => {
  await using tree = await copyOfMini();
  const before = await identify(tree.path);
  await utimes(join(tree.path, 'mm/fork.c'), 1, 1);
  t.is(await identify(tree.path), before);
  await writeFile(join(tree.path, 'mm/fork.c'), 'int x;\n');
  t.not(await identify(tree.path), before);
});

test('remains of a build in a tree are not part of it', async (t) => {
  await using tree = await copyOfMini();
  const before = await identify(tree.path);
  await writeFile(join(tree.path, 'mm/fork.o'), 'x');
  await writeFile(join(tree.path, '.config'), 'x');
  await mkdir(join(tree.path, 'include/generated'));
  await writeFile(join(tree.path, 'include/generated/autoconf.h'), 'x');
  t.is(await identify(tree.path), before);
});

test('a git tree is its tracked and untracked files, committed or not, without ignored ones', async (t) => {
  await using tree = await copyOfMini();
  const git = (...args: string[]) => runCommand('git', ['-C', tree.path, ...args]);
  const before = await identify(tree.path);
  await git('init', '--quiet');
  await git('add', '.');
  t.is(await identify(tree.path), before);
  await writeFile(join(tree.path, 'ignored.o'), 'x');
  t.is(await identify(tree.path), before);
  await writeFile(join(tree.path, 'mm/new.c'), 'int x;\n');
  const added = await identify(tree.path);
  t.not(added, before);
  await rm(join(tree.path, 'mm/fork.c'));
  t.not(await identify(tree.path), added);
});

test('a folder that is missing or not a kernel tree is refused by name', async (t) => {
  await using folder = await createTemporaryFolder('kgate-tree');
  await t.throwsAsync(identify(folder.path), { instanceOf: UsageError, message: /it has no Makefile/u });
  await t.throwsAsync(identify('/nonexistent'), { instanceOf: UsageError, message: /is missing/u });
});

test('a git tree that ignores everything, as those of distributions do, is read without git', async (t) => {
  await using tree = await copyOfMini();
  await writeFile(join(tree.path, '.gitignore'), '/*\n');
  const before = await identify(tree.path);
  await runCommand('git', ['-C', tree.path, 'init', '--quiet']);
  t.is(await identify(tree.path), before);
});

test('a tree without git keeps sources whose names are like those of build products', async (t) => {
  await using tree = await copyOfMini();
  const before = await identify(tree.path);
  for (const source of [
    'vmlinux.lds.S',
    'vmlinux.lds.h',
    'vmlinux.its.S',
    'vmlinux.scr',
    'realmode.h',
    'boot.lds',
  ])
    await writeFile(join(tree.path, 'mm', source), 'x');
  const { files } = await (await readLocalSource(tree.path, undefined)).open(undefined, () => {});
  t.not(await identify(tree.path), before);
  t.deepEqual([...files.keys()].filter((path) => /vmlinux|realmode|boot/u.test(path)).toSorted(), [
    'mm/boot.lds',
    'mm/realmode.h',
    'mm/vmlinux.its.S',
    'mm/vmlinux.lds.S',
    'mm/vmlinux.lds.h',
    'mm/vmlinux.scr',
  ]);
  for (const product of [
    'vmlinux',
    'vmlinux.o',
    'vmlinux.bin.gz',
    'vmlinux.symvers',
    'vmlinux.lds',
    '.vmlinux.export.c',
  ])
    await writeFile(join(tree.path, 'mm', product), 'x');
  const after = await (await readLocalSource(tree.path, undefined)).open(undefined, () => {});
  t.deepEqual([...after.files.keys()], [...files.keys()]);
});

for (const git of [true, false]) {
  test(`a folder inside the tree that was built into, and links that lead elsewhere, are no part of a tree ${git ? 'in git' : 'without git'}`, async (t) => {
    await using tree = await copyOfMini();
    if (git) await runCommand('git', ['-C', tree.path, 'init', '--quiet']);
    const before = await identify(tree.path);
    await mkdir(join(tree.path, 'build/kernel'), { recursive: true });
    await symlink(tree.path, join(tree.path, 'build/source'));
    await writeFile(join(tree.path, 'build/kernel/config_data'), 'x');
    await symlink('/etc/hostname', join(tree.path, 'cscope.out'));
    t.is(await identify(tree.path), before);
  });
}
