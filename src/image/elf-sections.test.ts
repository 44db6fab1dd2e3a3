import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { BuildError } from '../errors.ts';
import { runCommand } from '../process/run-command.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { loadablePart, readElfSection, readElfStrings } from './elf-sections.ts';

const SOURCE = `
#define NAME(id) const char id[] __attribute__((section("names"), used, aligned(16))) = #id;
NAME(second) NAME(first)
static char zeros[64] __attribute__((section(".bss.zeros"), used));
`;

async function compile(compiler = 'gcc'): Promise<Buffer> {
  await using folder = await createTemporaryFolder('kgate-elf');
  const object = join(folder.path, 'object.o');
  const result = await runCommand(compiler, ['-x', 'c', '-c', '-o', object, '-'], { input: SOURCE });
  if (result.exitCode !== 0) throw new Error(result.output);
  return await readFile(object);
}

test('the strings of a section are returned without padding, sorted', async (t) => {
  t.deepEqual(readElfStrings(await compile(), 'names'), ['first', 'second']);
});

test('the file may be a 32-bit one', async (t) => {
  const file = await compile('i686-linux-gnu-gcc');
  t.deepEqual(readElfStrings(file, 'names'), ['first', 'second']);
  t.is(readElfSection(file, '.bss.zeros')?.length, 0);
});

test('a section that does not exist has no strings', async (t) => {
  const file = await compile();
  t.is(readElfSection(file, 'nothing'), undefined);
  t.deepEqual(readElfStrings(file, 'nothing'), []);
});

test('a section without bytes in the file is empty', async (t) => {
  t.is(readElfSection(await compile(), '.bss.zeros')?.length, 0);
});

test('a truncated file and a file of another kind are errors', async (t) => {
  const file = await compile();
  t.throws(() => readElfSection(file.subarray(0, file.length - 100), 'names'), { instanceOf: BuildError });
  t.throws(() => readElfSection(Buffer.from('#!/bin/sh\n'), 'names'), { instanceOf: BuildError });
});

for (const compiler of ['gcc', 'i686-linux-gnu-gcc']) {
  test(`what is left of a program of ${compiler} runs, and has neither sections nor symbols`, async (t) => {
    await using folder = await createTemporaryFolder('kgate-elf');
    const program = join(folder.path, 'program');
    const source = 'int main(int argc, char **argv) { return argc == 2 ? argv[1][0] : 1; }\n';
    const made = await runCommand(compiler, ['-g', '-static', '-x', 'c', '-o', program, '-'], {
      input: source,
    });
    t.is(made.exitCode, 0, made.output);
    const whole = await readFile(program);
    const part = loadablePart(whole);
    t.true(part.length < whole.length);
    t.is(readElfSection(part, '.symtab'), undefined);
    // bash says by 126 that the host does not execute such a program: 32-bit ones are not for every host.
    const run = async () => (await runCommand('bash', ['-c', '"$0" "$1"', program, '\u0007'])).exitCode;
    const ofWhole = await run();
    const isForeign = compiler !== 'gcc' && ofWhole === 126;
    if (isForeign) t.log('this host executes no 32-bit programs');
    await writeFile(program, part);
    t.is(await run(), isForeign ? 126 : 7);
  });
}
