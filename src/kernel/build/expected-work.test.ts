import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { parseConfig } from '../definition/config-file.ts';
import { expectWork } from './expected-work.ts';

/** The objects that are expected of a tree with these files. */
async function expectedOf(files: Readonly<Record<string, string>>, config = '') {
  await using folder = await createTemporaryFolder('kgate-work');
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true });
    await writeFile(join(folder.path, path), text);
  }
  await symlink('/dev/zero', join(folder.path, 'endless'));
  return expectWork(folder.path, 'x86', parseConfig(config));
}

test('objects are those that the configuration switches on, with their parts, in all folders below', async (t) => {
  const work = await expectedOf(
    {
      'mm/Makefile': [
        'mmu-$(CONFIG_MMU) := memory.o \\',
        '\tmmap.o # not this.o',
        'obj-y := whole.o $(mmu-y)',
        'obj-$(CONFIG_OFF) += off.o',
        'obj-$(CONFIG_DAMON) += damon/',
        'ifdef CONFIG_MMU',
        'obj-y += nested.o',
        'ifeq ($(CONFIG_SMP),y)',
        'obj-y += smp.o',
        'else ifneq ($(CONFIG_DAMON),)',
        'obj-y += up.o',
        'endif',
        'else',
        'obj-y += nommu.o',
        'endif',
      ].join('\n'),
      'mm/damon/Kbuild': 'obj-y += damon.o\ndamon-y := core.o ops.o\ndamon-objs += core.o\n',
      'arch/x86/Makefile': 'libs-y := arch/x86/lib/ $(libs-y)\n',
      'arch/x86/lib/Makefile': 'lib-y += memcpy_$(BITS).o\n',
    },
    'CONFIG_MMU=y\nCONFIG_DAMON=y\n# CONFIG_OFF is not set\n# CONFIG_SMP is not set\n',
  );
  t.deepEqual([...work.keys()].toSorted(), [
    'arch/x86/lib/memcpy_64.o',
    'mm/damon/core.o',
    'mm/damon/ops.o',
    'mm/memory.o',
    'mm/mmap.o',
    'mm/nested.o',
    'mm/up.o',
    'mm/whole.o',
  ]);
});

test('a large source is more work than a small one, and one of the network more than another', async (t) => {
  const source = '/* */\n'.repeat(1_000);
  const work = await expectedOf({
    'mm/Makefile': 'obj-y := large.o small.o assembled.o\n',
    'mm/large.c': source,
    'mm/small.c': '',
    'net/Makefile': 'obj-y := large.o\n',
    'net/large.c': source,
  });
  const [large = 0, small = 0, assembled = 0, net = 0] = [
    'mm/large',
    'mm/small',
    'mm/assembled',
    'net/large',
  ].map((stem) => work.get(`${stem}.o`));
  t.true(net > large && large > small && small > assembled && assembled > 0);
});

test('nothing outside of a tree is read, and no special file', async (t) => {
  const work = await expectedOf({
    'mm/Makefile': 'obj-y := ../../../etc/ ../../outside.o ../endless/ fine.o\n',
  });
  t.deepEqual([...work.keys()], ['mm/fine.o']);
});
