import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { contentToken } from '../tools/file-token.ts';
import { addLineCounters } from './line-counters.ts';
import { Overlay } from '../source/overlay.ts';

const TREE = {
  'lib/Makefile': 'obj-y += string.o\n',
  'mm/Makefile': 'obj-y += clone.o\n',
  'mm/clone.c': 'int a;\n',
  'mm/deep/part.c': 'int b;\n',
  'kernel/Kbuild': 'obj-y += fork.o\n',
  'kernel/Makefile': '# not the one\n',
  'kernel/fork.c': 'int c;\n',
  'arch/vdso/Makefile': 'GCOV_PROFILE := n\n',
  'arch/vdso/time.c': 'int d;\n',
  'Documentation/x.rst': 'text\n',
};

/** Adds counters to files of the tree and returns the files that differ from it, by path. */
async function changedBy(files: readonly string[]): Promise<(path: string) => Promise<string | undefined>> {
  const folder = await createTemporaryFolder('kgate-counters');
  const root = join(folder.path, 'tree');
  for (const [path, text] of Object.entries(TREE)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const tokens = new Map(Object.entries(TREE).map(([path, text]) => [path, contentToken(Buffer.from(text))]));
  await mkdir(join(folder.path, 'overlay'));
  const overlay = new Overlay(join(folder.path, 'overlay'), {
    label: 'a tree',
    root,
    immutable: false,
    files: tokens,
  });
  await addLineCounters(files, overlay);
  return (path) => readFile(join(overlay.folder, path), 'utf8').catch(() => undefined);
}

test('a C file is counted by the makefile of its folder, whose content stays', async (t) => {
  const changed = await changedBy(['mm/clone.c']);
  t.regex(
    (await changed('mm/Makefile')) ?? '',
    /^obj-y \+= clone\.o\n\nCFLAGS_clone\.o \+= \$\(if .*,-fprofile-arcs .*\)\n$/u,
  );
  t.is(await changed('kernel/Kbuild'), undefined);
});

test('a file without a makefile beside it is counted by the nearest above, under its path from there', async (t) => {
  const changed = await changedBy(['mm/deep/part.c']);
  t.regex((await changed('mm/Makefile')) ?? '', /^CFLAGS_deep\/part\.o \+= /mu);
});

test('Kbuild takes precedence over Makefile', async (t) => {
  const changed = await changedBy(['kernel/fork.c']);
  t.regex((await changed('kernel/Kbuild')) ?? '', /^CFLAGS_fork\.o \+= /mu);
  t.is(await changed('kernel/Makefile'), undefined);
});

test('a makefile that forbids counters is obeyed, and files other than C are skipped', async (t) => {
  const changed = await changedBy(['arch/vdso/time.c', 'Documentation/x.rst']);
  t.is(await changed('arch/vdso/Makefile'), TREE['arch/vdso/Makefile']);
  t.is(await changed('Documentation/x.rst'), undefined);
});

test('the functions that counters refer to are part of the kernel', async (t) => {
  const changed = await changedBy(['mm/clone.c']);
  t.regex((await changed('lib/Makefile')) ?? '', /^obj-y \+= kgate-counters\.o$/mu);
  t.regex((await changed('lib/kgate-counters.c')) ?? '', /^void __gcov_merge_add\(.*\{ \}$/mu);
});
