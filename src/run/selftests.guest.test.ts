import { resolve } from 'node:path';
import test from 'ava';
import { runInGuests } from '../../fixtures/run/run-in-guests.ts';
import { TESTED_ARCHES } from '../../fixtures/run/tested-arches.ts';

const PROJECT = resolve(import.meta.dirname, '../../fixtures/commands');

test('a selftest of the kernel is built from its own tree, and each of its tests is a case', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using run = await runInGuests(PROJECT, {
    kernels: ['linux-6.12'],
    arches: TESTED_ARCHES,
    specs: ['selftests/timens/timens'],
  });
  const { cases, planned, inapplicable, kernels } = run.record;
  t.is(planned, TESTED_ARCHES.length);
  t.is(inapplicable, undefined);
  // What timens asks for, the kernel has: it is the one that every other spec runs on.
  for (const { variant } of kernels) t.is(variant, 'plain');
  for (const arch of TESTED_ARCHES) {
    const seen = new Map(cases.filter((one) => one.arch === arch).map((one) => [one.case, one]));
    t.is(seen.get('program')?.outcome, 'passed', arch);
    for (const clock of ['CLOCK_BOOTTIME', 'CLOCK_MONOTONIC', 'CLOCK_MONOTONIC_RAW'])
      for (const way of ['syscall', 'vdso'])
        t.like(seen.get(`Passed_for_${clock}_${way}`), { of: 'program', outcome: 'passed' }, arch);
    // A guest has no clock that wakes a machine.
    t.like(seen.get('CLOCK_BOOTTIME_ALARM_isn_t_supported'), { outcome: 'skipped' }, arch);
  }
});

test('selftests that a tree does not have are refused before anything is built', async (t) => {
  t.timeout(60 * 60 * 1_000);
  const error = await t.throwsAsync(
    runInGuests(PROJECT, { kernels: ['linux-6.12'], arches: ['x86_64'], specs: ['selftests/timnes'] }),
    { code: 'SELFTESTS_UNKNOWN' },
  );
  t.regex(error.message, /has no selftests "timnes"\. Did you mean "timens"\?/u);
});
