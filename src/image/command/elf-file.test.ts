import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { readElfFile } from './elf-file.ts';
import { findLibraries } from './find-libraries.ts';

/** Host compilers and what their programs are; what is not installed is not tried. */
const TARGETS = [
  {
    compiler: 'gcc',
    machine: 62,
    bits: 64,
    triples: ['x86_64-linux-gnu'],
    loader: '/lib64/ld-linux-x86-64.so.2',
  },
  {
    compiler: 'aarch64-linux-gnu-gcc',
    machine: 183,
    bits: 64,
    triples: ['aarch64-linux-gnu'],
    loader: '/lib/ld-linux-aarch64.so.1',
  },
  {
    compiler: 'i686-linux-gnu-gcc',
    machine: 3,
    bits: 32,
    triples: ['i686-linux-gnu'],
    loader: '/lib/ld-linux.so.2',
  },
] as const;

async function compile(
  compiler: string,
  output: string,
  flags: readonly string[],
  input: string,
): Promise<void> {
  const result = await runCommand(compiler, ['-x', 'c', '-o', output, '-', ...flags], { input });
  if (result.exitCode !== 0) throw new Error(result.output);
}

for (const { compiler, machine, bits, triples, loader } of TARGETS) {
  test(`a program of ${compiler} needs its loader, its libraries and theirs`, async (t) => {
    await using folder = await createTemporaryFolder('kgate-elf');
    const at = (name: string) => join(folder.path, name);
    await mkdir(at('lib'));
    await compile(compiler, at('lib/libinner.so'), ['-shared', '-fPIC'], 'int inner(void) { return 1; }');
    const outer = 'int inner(void); int outer(void) { return inner(); }';
    const beside = ['-L', at('lib'), '-Wl,-rpath,$ORIGIN'];
    await compile(compiler, at('lib/libouter.so'), ['-shared', '-fPIC', ...beside, '-linner'], outer);
    const main = 'int outer(void); int main(void) { return outer(); }';
    const below = ['-L', at('lib'), '-Wl,-rpath,$ORIGIN/lib', `-Wl,-rpath-link,${at('lib')}`];
    await compile(compiler, at('program'), [...below, '-louter'], main);

    const elf = await readElfFile(at('program'));
    t.like(elf, {
      machine,
      bits,
      interpreter: loader,
      needed: ['libouter.so', 'libc.so.6'],
      runPaths: ['$ORIGIN/lib'],
    });
    if (elf === undefined) return;
    const isHost = compiler === 'gcc';
    const { files, missing } = await findLibraries(at('program'), elf, { triples, isHost });
    t.deepEqual(missing, []);
    const paths = files.map(({ path }) => path);
    // Those beside the program stay beside it.
    for (const path of [loader, at('lib/libouter.so'), at('lib/libinner.so')])
      t.true(paths.includes(path), path);
    t.true(
      paths.some((path) => /^\/(?:usr\/)?lib.*\/libc\.so\.6$/u.test(path)),
      paths.join(' '),
    );
    t.true(paths.every((path) => !path.startsWith(`/usr/${triples[0]}`)));

    const alone = await findLibraries('/elsewhere/program', elf, { triples, isHost, root: '/nowhere' });
    t.deepEqual(
      alone.missing.map(({ name }) => name),
      [loader, 'libouter.so', 'libc.so.6'],
    );
    const given = await findLibraries(
      '/elsewhere/program',
      elf,
      { triples, isHost },
      new Set(['libouter.so']),
    );
    t.deepEqual(given.missing, []);
  });

  test(`a static program of ${compiler} needs nothing`, async (t) => {
    await using folder = await createTemporaryFolder('kgate-elf');
    const program = join(folder.path, 'program');
    await compile(compiler, program, ['-static', '-nostdlib'], 'void _start(void) { for (;;); }');
    t.deepEqual(await readElfFile(program), {
      machine,
      bits,
      interpreter: undefined,
      needed: [],
      runPaths: [],
    });
  });
}

test('what is no ELF file, or only the beginning of one, is none', async (t) => {
  await using folder = await createTemporaryFolder('kgate-elf');
  const path = join(folder.path, 'file');
  for (const text of ['', '#!/bin/sh\n', '\u007FELF\u0002\u0001']) {
    await writeFile(path, text, 'latin1');
    t.is(await readElfFile(path), undefined, text);
  }
  const whole = await readFile(process.execPath).then((bytes) => bytes.subarray(0, 64));
  await writeFile(path, whole);
  t.is(await readElfFile(path), undefined);
});
