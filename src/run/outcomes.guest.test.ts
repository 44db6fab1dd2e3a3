import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { runInGuests } from '../../fixtures/run/run-in-guests.ts';

/** How each case of fixtures/outcomes must end, and what its problems must say. */
const ENDINGS = {
  right_answer: ['passed', /^$/u],
  wrong_answer: ['failed', /^answer: expected 42, seen 41\.$/u],
  no_answer: ['failed', /^answer: expected 42, but it was not observed\.$/u],
  exit_status: ['failed', /^The program exited with status 3\.$/u],
  signal_death: [
    'failed',
    /^The program was killed by SIGSEGV, in case_signal_death\(\) guests\/programs\/outcomes\/endings\.c:\d+\.$/u,
  ],
  skipped: ['skipped', /^$/u],
  faulty_set_up: ['failed', /^The case could not be set up: .*check\(.*\) failed, errno is ENOENT\.$/u],
  hung_program: [
    'hung',
    /^The program hung: .*\nThe task endings \(\d+\) was asleep in (?:sys_pause|do_sys_poll), called from case_hung_program\(\) guests\/programs\/outcomes\/endings\.c:\d+\.$/u,
  ],
  hung_kernel: [
    'hung',
    /^The kernel hung: .*\nProcessor 0 was in (?:a program|the kernel(?: with interrupts off)? in \w+)\.$/u,
  ],
  panic: ['crashed', /^The kernel reported: .*sysrq/u],
  reset: ['crashed', /^The guest ended before the case did: it reset itself\.$/u],
  expected_panic: ['passed', /^$/u],
  other_panic: [
    'crashed',
    /^The kernel reported: .*sysrq.*Expected a panic that matches \/out of memory\/\.$/u,
  ],
  missing_panic: ['failed', /^Expected a panic that matches \/sysrq triggered crash\/\. There was none\.$/u],
  expected_reset: ['passed', /^$/u],
} as const;

test('no other end of a case is mistaken for a pass, on any architecture', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using run = await runInGuests(resolve(import.meta.dirname, '../../fixtures/outcomes'), {
    kernels: ['linux-6.12'],
    specs: ['endings'],
  });
  const { plan, record, folder } = run;
  const expected = plan.map((planned) => {
    const [outcome] = ENDINGS[planned.case as keyof typeof ENDINGS];
    return { case: planned.case, arch: planned.arch, outcome };
  });
  t.deepEqual(
    record.cases.map(({ case: name, arch, outcome }) => ({ case: name, arch, outcome })),
    expected,
  );
  for (const { case: name, problems } of record.cases)
    t.regex(problems.join('\n'), ENDINGS[name as keyof typeof ENDINGS][1], name);

  const panic = record.cases.find((result) => result.case === 'panic');
  t.regex(await readFile(join(folder, panic!.console!), 'utf8'), /Kernel panic - not syncing/u);
  t.is(record.verdict, 'failed');
});
