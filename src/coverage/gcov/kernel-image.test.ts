import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { compileCountedProgram } from '../../../fixtures/coverage/counted-program.ts';
import { UsageError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { readKernelImage } from './kernel-image.ts';

test('bytes and strings are those that were linked at an address', async (t) => {
  await using counted = await compileCountedProgram();
  const image = await readKernelImage(counted.program);
  const [counters, ...others] = image.symbols(/^__gcov_\.sum$/u);
  t.is(others.length, 0);
  const key = image.bytes(counters!.address, 8).readBigUInt64LE();
  t.regex(image.text(image.bytes(key + 24n, 8).readBigUInt64LE()), /\/objects\/counted\.gcda$/u);
});

test('a program’s physical addresses are its virtual ones', async (t) => {
  await using counted = await compileCountedProgram();
  const image = await readKernelImage(counted.program);
  const [main] = image.symbols(/^main$/u);
  t.is(image.physical(main!.address), main!.address);
});

test('an address that nothing was linked at is an error that names it and the kernel', async (t) => {
  await using counted = await compileCountedProgram();
  const image = await readKernelImage(counted.program);
  const error = t.throws(() => image.bytes(0x10n, 4), { instanceOf: UsageError });
  t.is(error.code, 'COVERAGE_KERNEL_UNREADABLE');
  t.true(error.message.includes(counted.program));
  t.regex(error.message, /at 0x10\./u);
});

test('a file that is no kernel is told apart from one that counts nothing', async (t) => {
  await using folder = await createTemporaryFolder('kgate-image');
  const path = join(folder.path, 'vmlinux');
  await writeFile(path, 'not a kernel');
  const error = await t.throwsAsync(readKernelImage(path), { instanceOf: UsageError });
  t.regex(error.message, /it is no ELF64 file/u);
});
