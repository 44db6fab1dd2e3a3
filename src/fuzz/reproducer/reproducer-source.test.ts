import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { everyCall } from '../../../fixtures/fuzz/every-call.ts';
import { simulate } from '../../../fixtures/fuzz/simulate.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { drawBatch } from '../generate/draw-batch.ts';
import type { Divergence } from '../judge/divergence.ts';
import type { Failure } from '../judge/judge-batch.ts';
import { judgeProgram } from '../judge/judge-program.ts';
import { stepsOf, type Program } from '../language/program.ts';
import { readProgram } from '../language/program-file.ts';
import { findProfile, OPERATIONS } from '../operations/profiles.ts';
import { reproducerSource } from './reproducer-source.ts';

const KERNEL = { release: [6, 12] } as const;
const operations = new Map(OPERATIONS.map((one) => [one.name, one]));
const guests = resolve(import.meta.dirname, '../../../guests');

/** A failure in the last step of a program. */
function failIn(program: Program, expected: Divergence['expected'], text: string): Failure {
  const { endings } = judgeProgram(program, simulate(program, operations, KERNEL), {
    operations,
    kernel: KERNEL,
  });
  const { number: step, process } = stepsOf(program).at(-1)!;
  return {
    kind: 'divergence',
    program: 0,
    divergence: { step, process, text, signature: '', expected },
    endings,
  };
}

const sourceOf = (program: Program, failure: Failure): Promise<string> =>
  reproducerSource({ program, failure, operations, subject: 'Linux 6.12 (x86_64)', guests });

test('a program of one process is calls in a row, with the check at its end', async (t) => {
  const mapped = {
    page: 3,
    count: 2,
    kind: 'private',
    access: 'write',
    placement: 'fixed',
    offset: 0,
    filling: 'none',
    end: 'whole',
  };
  const program = readProgram(
    {
      processes: ['A'],
      steps: [
        { process: 'A', do: 'mmap', with: mapped },
        { process: 'A', do: 'munmap', with: { page: 4, count: 1, end: 'whole' } },
        { process: 'A', do: 'exit' },
      ],
    },
    OPERATIONS,
  );
  const source = await sourceOf(
    program,
    failIn(program, { kind: 'mapping', page: 4, rights: undefined }, 'page 4 is mapped'),
  );
  t.regex(source, / \* {3}step 3: process A page 4 is mapped\.\n/u);
  t.regex(
    source,
    /expect\(munmap\(arena \+ 4 \* page, page\), 0\);\n\n\t\/\* step 3 \*\/\n\texpect_mapping\(__LINE__, arena \+ 4 \* page, ""\);/u,
  );
  t.notRegex(source, /await_turn|fork\(\)/u);
  t.deepEqual(
    source.split('\n').filter((line) => line.replaceAll('\t', ' '.repeat(8)).length > 80),
    [],
  );
});

test('the reproducers of programs that were drawn compile without a warning', async (t) => {
  await using folder = await createTemporaryFolder('kgate-reproducer-test');
  const profile = findProfile('process-vm-mmap');
  const programs = drawBatch({ seed: 3, number: 1, programs: 2, profile, kernel: KERNEL });
  const others = drawBatch({ seed: 3, number: 2, programs: 2, profile, kernel: KERNEL });
  const expectations = [
    { kind: 'content', page: 3, values: [0x203, 0] },
    { kind: 'mapping', page: 3, rights: 'rw-p' },
  ] as const;
  for (const [index, program] of [...programs, ...others].entries()) {
    const file = join(folder.path, `reproducer-${index}.c`);
    await writeFile(file, await sourceOf(program, failIn(program, expectations[index % 2]!, 'fails')));
    const flags = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-Werror', '-fsyntax-only'];
    const { exitCode, output } = await runCommand('gcc', [...flags, file]);
    t.is(exitCode, 0, output);
  }
});

test('every operation, with each of its words, is C that compiles without a warning', async (t) => {
  await using folder = await createTemporaryFolder('kgate-reproducer-test');
  const program = everyCall();
  const calls = program.calls.flat();
  t.deepEqual(
    OPERATIONS.filter(({ name }) => !calls.some((call) => call.name === name)),
    [],
  );
  const endings = new Map(calls.map((_, index) => [index + 1, 'none']));
  const file = join(folder.path, 'reproducer.c');
  await writeFile(
    file,
    await sourceOf(program, { kind: 'count', process: 0, counter: 'VmSize', seen: 1, wanted: 0, endings }),
  );
  const flags = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-Werror', '-fsyntax-only'];
  const { exitCode, output } = await runCommand('gcc', [...flags, file]);
  t.log(`${calls.length} calls`);
  t.is(exitCode, 0, output);
});
