import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { ArchName } from '../../arch/architectures.ts';
import { findSplats } from './find-splats.ts';

const folder = join(import.meta.dirname, '../../../fixtures/wordings');

/** Logs, and the architecture that they show; what kgate does not boot has no name. */
const LOGS: readonly (readonly [log: string, arch: ArchName | undefined])[] = [
  ['oops-arm-6.1', undefined],
  ['oops-arm-4.19', undefined],
  ['decoded-oops-arm', undefined],
  ['oops-i386', undefined],
  ['oops-i386-3.2', undefined],
  ['oops-loongarch', undefined],
  ['oops-mips', undefined],
  ['oops-parisc', undefined],
  ['oops-powerpc', undefined],
  ['oops-powerpc-4.4', undefined],
  ['oops-powerpc-data', undefined],
  ['bug-powerpc', undefined],
  ['oops-s390', undefined],
  ['oops-s390-specification', undefined],
  ['oops-sparc', undefined],
  ['oops-riscv64', 'riscv64'],
  ['decoded-warning-6.19-arm64', 'arm64'],
  ['vendor-stamps', 'arm64'],
  ['warnings-of-7.0', 'x86_64'],
  ['decoded-by-the-kernel', 'x86_64'],
];

for (const [log, arch] of LOGS) {
  test(`${log} is of ${arch ?? 'none of the architectures that kgate boots'}`, async (t) => {
    const [splat] = findSplats(await readFile(join(folder, `${log}.log`), 'utf8'));
    t.is(splat?.arch, arch);
  });
}

test('the stack of 32-bit ARM begins where the processor was', async (t) => {
  const [splat] = findSplats(await readFile(join(folder, 'oops-arm-6.1.log'), 'utf8'));
  t.deepEqual(
    splat?.stack.map(({ symbol, offset }) => [symbol, offset]),
    [
      ['example_open', 0x1e],
      ['do_dentry_open', 0x1aa],
      ['vfs_open', 0x34],
    ],
  );
});

test('a stall shows the stack and the registers of the processor that is stalled', async (t) => {
  const [splat] = findSplats(await readFile(join(folder, 'rcu-stall-with-starved-kthread.log'), 'utf8'));
  t.deepEqual(
    splat?.stack.map(({ symbol }) => symbol),
    ['example_loop', 'example_write', 'vfs_write'],
  );
  t.deepEqual(splat?.registers, { RIP: 'example_loop+0x2b/0x50' });
});

test('riscv64 has its registers by the names that it prints', async (t) => {
  const [splat] = findSplats(await readFile(join(folder, 'oops-riscv64.log'), 'utf8'));
  t.like(splat?.registers, { epc: 'example_open+0x1e/0x60', sp: 'ff20000010003c10' });
});
