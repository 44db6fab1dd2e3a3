import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { runInGuests } from '../../fixtures/run/run-in-guests.ts';
import { TESTED_ARCHES } from '../../fixtures/run/tested-arches.ts';
import type { Outcome } from './record/record.ts';

interface Ending {
  readonly outcome: Outcome;
  readonly problems: RegExp;
  /** Functions that the first stack has to have. */
  readonly stack?: readonly string[];
}

/** How each case of fixtures/hangs must end, and what its problems and stack must say. */
const ENDINGS: Readonly<Record<string, Ending>> = {
  spinning_program: {
    outcome: 'hung',
    problems:
      /^The program hung: .*\nThe task hangs \(\d+\) was running outside of the kernel in case_spinning_program\(\) guests\/programs\/hangs\/hangs\.c:\d+\.$/u,
    stack: ['case_spinning_program'],
  },
  deadlock: {
    outcome: 'hung',
    problems:
      /^The program hung: .*\nThe task hangs \(\d+\) was blocked in hang_deadlock\.\nProcesses of the case survived SIGKILL/u,
    stack: ['mutex_lock', 'hang_deadlock', 'hang_write'],
  },
  preemption_off: {
    outcome: 'hung',
    problems: /^The kernel hung: .*\nProcessor 0 was in the kernel in hang_preemption_off\.$/u,
    stack: ['hang_preemption_off', 'hang_write', 'vfs_write'],
  },
  interrupts_off: {
    outcome: 'hung',
    problems:
      /^The kernel hung: .*\nProcessor 0 was in the kernel with interrupts off in hang_interrupts_off\.$/u,
    stack: ['hang_interrupts_off', 'hang_write', 'vfs_write'],
  },
  reset: { outcome: 'crashed', problems: /^The guest ended before the case did: it reset itself\.$/u },
  expected_reset: { outcome: 'passed', problems: /^$/u },
  detected_deadlock: {
    outcome: 'crashed',
    problems: /^The kernel reported: INFO: task hung in hang_deadlock\.$/u,
  },
  soft_lockup: {
    outcome: 'crashed',
    problems: /^The kernel reported: BUG: soft lockup in proc_reg_write\.$/u,
  },
  expected_lockup: { outcome: 'passed', problems: /^$/u },
};

for (const arch of TESTED_ARCHES) {
  test.serial(`a hang on ${arch} is told apart from a crash, and shown with its stack`, async (t) => {
    t.timeout(60 * 60 * 1_000);
    await using run = await runInGuests(resolve(import.meta.dirname, '../../fixtures/hangs'), {
      kernels: ['hangs-6.12'],
      arches: [arch],
    });
    const { cases } = run.record;
    t.deepEqual(cases.map((result) => result.case).toSorted(), Object.keys(ENDINGS).toSorted());
    for (const { case: name, outcome, problems, stacks } of cases) {
      const ending = ENDINGS[name]!;
      t.is(outcome, ending.outcome, name);
      t.regex(problems.join('\n'), ending.problems, name);
      const functions = stacks?.[0]?.frames.map((frame) => frame.function) ?? [];
      for (const wanted of ending.stack ?? [])
        t.true(functions.includes(wanted), `${name}: ${functions.join()}`);
    }
    // The kernel that still takes interrupts was asked for its tasks on the serial line.
    const soft = cases.find((result) => result.case === 'preemption_off');
    t.regex(await readFile(join(run.folder, soft!.console!), 'utf8'), /sysrq: Show State/u);
  });
}
