import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../errors.ts';
import { runCommand } from '../process/run-command.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { readReproducer, reproducerSpec, writeProgram } from './reproducer.ts';

const GUESTS = join(import.meta.dirname, '../../guests');

/** A reproducer as people write them: no prototype, unused variables, a macro that is defined already. */
const SLOPPY = `#define _GNU_SOURCE
#include <stdio.h>
static int unused;
main()
{
	int also_unused;
	printf("%d\\n", "no number");
	for (;;)
		return 3;
}
`;

async function createReproducer(text: string) {
  const folder = await createTemporaryFolder('kgate-reproducer');
  const file = join(folder.path, 'repro.c');
  await writeFile(file, text);
  return { file, path: folder.path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

for (const [title, text] of [
  ['as people write them', SLOPPY],
  ['with arguments', 'int main(int argc, char **argv)\n{\n\treturn argc + !argv;\n}\n'],
] as const)
  test(`a reproducer ${title} is a guest program by the compiler that takes no warning`, async (t) => {
    await using written = await createReproducer(text);
    const reproducer = await readReproducer(written.file);
    t.is(reproducer.name, 'repro.c');
    t.regex(reproducer.sha256, /^[0-9a-f]{64}$/u);
    await writeProgram(reproducer, { seconds: 7 }, { guests: GUESTS, programs: written.path });
    const source = join(written.path, 'reproducer/reproducer.c');
    const flags = [
      '-std=gnu11',
      '-D_GNU_SOURCE',
      '-O2',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-I',
      join(GUESTS, 'include'),
    ];
    const { exitCode, output } = await runCommand('gcc', [...flags, '-fsyntax-only', source]);
    t.is(exitCode, 0, output);
    t.regex(await readFile(source, 'utf8'), /^#define REPRODUCER_SECONDS 7$/mu);
  });

test('an error in a reproducer is shown at its own line', async (t) => {
  await using written = await createReproducer('int main(void)\n{\n\treturn nothing;\n}\n');
  const reproducer = await readReproducer(written.file);
  await writeProgram(reproducer, { seconds: 7 }, { guests: GUESTS, programs: written.path });
  const source = join(written.path, 'reproducer/reproducer.c');
  const { output } = await runCommand('gcc', ['-fsyntax-only', '-I', join(GUESTS, 'include'), source]);
  t.regex(output, /^repro\.c:3:/mu);
});

test('the init of its guest compiles', async (t) => {
  const flags = ['-Wall', '-Wextra', '-Werror', '-fsyntax-only', '-DSECONDS=10'];
  const { exitCode, output } = await runCommand('gcc', [...flags, join(GUESTS, 'reproducer/init.c')]);
  t.is(exitCode, 0, output);
});

test('a case has the time of its reproducer, and more', (t) => {
  const spec = reproducerSpec(
    { name: 'repro.c', text: '', sha256: '' },
    { seconds: 30, cpus: 4, arches: ['arm64'] },
  );
  t.true((spec.cases[0]?.timeoutMs ?? 0) > 30_000);
  t.is(spec.shape.cpus, 4);
  t.true(spec.reseed);
  t.deepEqual(spec.cases[0]?.arches, ['arm64']);
});

test('what is no reproducer is refused', async (t) => {
  await using written = await createReproducer('int helper(void);\n');
  const invalid = await t.throwsAsync(readReproducer(written.file), { instanceOf: UsageError });
  t.is(invalid?.code, 'PROVE_REPRODUCER_INVALID');
  const missing = await t.throwsAsync(readReproducer(join(written.path, 'x.c')), { instanceOf: UsageError });
  t.is(missing?.code, 'PROVE_REPRODUCER_MISSING');
});
