import { resolve } from 'node:path';
import test from 'ava';
import { runInGuests } from '../../fixtures/run/run-in-guests.ts';
import type { Outcome } from './record/record.ts';

/** How each case of fixtures/commands must end, and what it must say. */
const ENDINGS: Readonly<Record<string, readonly [Outcome, RegExp]>> = {
  'status-0/program': ['passed', /^$/u],
  'status-3/program': ['failed', /^The program exited with status 3\.$/u],
  'status-4/program': ['skipped', /^nothing to see here$/u],
  'silent/program': ['failed', /^There is no line "KTAP version 1"\.$/u],
  'sleeper/program': ['hung', /^The program hung: /u],
  'sleeper/first': ['passed', /^$/u],
  'sleeper/test_2': ['crashed', /it was planned, and did not report/u],
  'subtests/program': ['passed', /^$/u],
  'subtests/reads_.proc.version': ['passed', /^$/u],
  'subtests/counts': ['failed', /^The test failed: wanted 3, got 4\.$/u],
  'subtests/has_no_device': ['skipped', /^has no device$/u],
  'subtests/group.inner': ['passed', /^$/u],
  'subtests/group.maps_ADDRESS': ['passed', /^$/u],
  'subtests/test_5': ['crashed', /it was planned, and did not report/u],
};

test('a command is a spec, and each test that it reports a case', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using run = await runInGuests(resolve(import.meta.dirname, '../../fixtures/commands'), {
    kernels: ['linux-6.12'],
    arches: ['x86_64'],
  });
  const seen = run.record.cases.map(({ spec, case: name, outcome, problems, skipReason }) => ({
    name: `${spec}/${name}`,
    outcome,
    said: [...problems, ...(skipReason === undefined ? [] : [skipReason])].join('\n'),
  }));
  t.deepEqual(seen.map(({ name }) => name).toSorted(), Object.keys(ENDINGS).toSorted());
  for (const { name, outcome, said } of seen) {
    const [wanted, saying] = ENDINGS[name]!;
    t.is(outcome, wanted, name);
    t.regex(said, saying, name);
  }
  t.is(run.record.planned, 6);
});

test('one test of a command is selected by its name, and one that it does not report is no pass', async (t) => {
  t.timeout(60 * 60 * 1_000);
  const project = resolve(import.meta.dirname, '../../fixtures/commands');
  const asked = { kernels: ['linux-6.12'], arches: ['x86_64' as const] };
  await using inner = await runInGuests(project, { ...asked, cases: ['subtests/group.*'] });
  t.deepEqual(
    inner.record.cases.map(({ case: name, outcome }) => `${name} ${outcome}`),
    ['program passed', 'group.inner passed', 'group.maps_ADDRESS passed'],
  );
  await using none = await runInGuests(project, { ...asked, cases: ['subtests/no_such_test'] });
  t.like(none.record.cases[0], { outcome: 'skipped' });
  t.not(none.record.verdict, 'passed');
});
