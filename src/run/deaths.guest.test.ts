import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { runInGuests } from '../../fixtures/run/run-in-guests.ts';

const root = resolve(import.meta.dirname, '../../fixtures/outcomes');

/** What the problem of each case must end with, before the place of the line that has its comment. */
const DEATHS: Readonly<Record<string, readonly [words: RegExp, comment: string]>> = {
  'deaths null_write': [/killed by SIGSEGV at address 0x0, in touch\(\) $/u, 'touch'],
  'deaths bus_error': [/killed by SIGBUS at address 0x[1-9a-f][0-9a-f]*, in touch\(\) $/u, 'touch'],
  'deaths aborted': [/killed by SIGABRT, in inlined\(\) $/u, 'inlined'],
  'deaths illegal_instruction': [
    /killed by SIG(?:ILL|TRAP), in case_illegal_instruction\(\) $/u,
    'illegal_instruction',
  ],
  'deaths null_call': [/killed by SIGSEGV at address 0x0, in 0x0, called from call\(\) $/u, 'call'],
  'deaths library_fault': [
    /killed by SIGSEGV at address 0x\w+, in \w+\(\), called from case_library_fault\(\) $/u,
    'library_fault',
  ],
  'deaths own_handler': [/killed by SIGSEGV at address 0x0, in touch\(\) $/u, 'touch'],
  'deaths in_a_thread': [/killed by SIGSEGV at address 0x0, in touch\(\) $/u, 'touch'],
  'deaths asleep': [/\(\d+\) was asleep in \w+, called from wait_for_ever\(\) $/u, 'wait_for_ever'],
  'deaths busy': [/\(\d+\) was running outside of the kernel in case_busy\(\) $/u, 'busy'],
  'deaths threads': [/\(\d+\) was asleep in \w+, called from case_threads\(\) $/u, 'threads'],
  'compat-deaths null_write': [/killed by SIGSEGV at address 0x0, in touch\(\) $/u, 'touch'],
  'compat-deaths asleep': [/\(\d+\) was asleep in \w+, called from case_asleep\(\) $/u, 'asleep'],
};

/** 32-bit ARM's C library has no unwind tables: there a stack ends in the library, as docs/hangs.md says. */
const ENDS_IN_THE_LIBRARY = 'arm64 compat-deaths asleep';

async function placeOf(program: string, comment: string): Promise<string> {
  const file = join('guests/programs', program);
  const lines = (await readFile(join(root, file), 'utf8')).split('\n');
  return `${file}:${lines.findIndex((line) => line.includes(`/* ${comment} */`)) + 1}`;
}

test.serial('a program that dies or hangs is shown with its line, on any architecture', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using run = await runInGuests(root, {
    kernels: ['linux-6.12'],
    specs: ['deaths', 'compat-deaths'],
  });
  t.true(run.record.cases.length >= Object.keys(DEATHS).length);
  for (const { spec, case: name, arch, program, problems, stacks = [] } of run.record.cases) {
    const wanted = DEATHS[`${spec} ${name}`];
    if (wanted === undefined) continue;
    if (`${arch} ${spec} ${name}` === ENDS_IN_THE_LIBRARY) {
      t.regex(problems.join(' '), /\(\d+\) was asleep in \w+, called from \w+\(\)/u);
      continue;
    }
    const [words, comment] = wanted;
    const place = await placeOf(program, comment);
    const said = problems.find((problem) => problem.endsWith(`${place}.`)) ?? '';
    t.regex(said.slice(0, -place.length - 1), words, `${arch} ${spec} ${name}: ${problems.join(' ')}`);
    const ours = stacks[0]?.frames.filter((frame) => frame.program === true) ?? [];
    t.true(
      ours.some(({ file, line }) => `${file}:${line}` === place),
      name,
    );
    // Nothing of the agent, and all of the way to the case.
    if (name !== 'in_a_thread')
      t.true(
        ours.some((frame) => frame.function === `case_${name}`),
        JSON.stringify(ours),
      );
  }
});

test.serial('a program that dies only while it is not traced is said to', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using run = await runInGuests(root, {
    kernels: ['linux-6.12'],
    arches: ['x86_64'],
    specs: ['deaths'],
    cases: ['only_untraced'],
  });
  t.deepEqual(run.record.cases[0]?.problems, [
    'The program was killed by SIGSEGV. Where is not known: traced in another guest, it was not.',
  ]);
  t.is(run.record.cases[0]?.outcome, 'failed');
});
