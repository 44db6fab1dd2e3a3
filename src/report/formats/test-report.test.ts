import test from 'ava';
import { createGate } from '../../../fixtures/report/gate.ts';
import { createRecord, createResult } from '../../../fixtures/report/results.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { createTestReport } from './test-report.ts';

const KERNELS = { base: 'linux-6.12', patched: 'process-vm-mmap-6.12' };

function createGatedRun(
  pairs: Readonly<Record<string, readonly [Partial<CaseResult>, Partial<CaseResult>]>>,
) {
  const cases = Object.entries(pairs).flatMap(([name, [base, patched]]) => [
    createResult({ case: name, kernel: KERNELS.base, ...base }),
    createResult({ case: name, kernel: KERNELS.patched, ...patched }),
  ]);
  const run = createRecord(cases);
  return { run, gate: createGate(run, KERNELS) };
}

test('a gate is reported as what the series did: a failure of before is none of the series', (t) => {
  const { run, gate } = createGatedRun({
    stays: [{}, {}],
    regresses: [{}, { outcome: 'failed', problems: ['x: expected 1, seen 2.'], output: 'hello' }],
    fails_anyway: [{ outcome: 'failed' }, { outcome: 'failed' }],
    is_mended: [{ outcome: 'failed' }, {}],
  });
  const report = createTestReport({ folder: '/runs/x', run, gate });
  t.like(report, {
    passed: false,
    verdict: 'bad',
    title: 'kgate gate: mm: clone mappings of another process',
  });
  t.deepEqual(
    report.suites.flatMap(({ name, tests }) => tests.map((one) => [name, one.name, one.status, one.word])),
    [
      ['special-mappings on x86_64', 'stays', 'passed', gate.cases[0]!.class],
      ['special-mappings on x86_64', 'regresses', 'failed', 'regression'],
      ['special-mappings on x86_64', 'fails_anyway', 'known', 'pre-existing-failure'],
      ['special-mappings on x86_64', 'is_mended', 'passed', 'fix'],
    ],
  );
  const regressed = report.suites[0]!.tests[1]!;
  t.deepEqual(regressed.problems, [
    'regression: passed on the base, failed with the series.',
    'x: expected 1, seen 2.',
  ]);
  t.deepEqual(regressed.outputs, [{ name: 'stdout', text: 'hello' }]);
});

test('a case that is flaky on the base, too, is not held against the series', (t) => {
  const { run, gate } = createGatedRun({ one: [{}, {}], other: [{}, {}] });
  const [one, other] = gate.cases.map((gated) => ({ ...gated, class: 'flaky' as const }));
  one!.base = { ...one!.base!, outcomes: ['passed', 'failed'] };
  const report = createTestReport({ folder: '/runs/x', run, gate: { ...gate, cases: [one!, other!] } });
  t.deepEqual(
    report.suites[0]!.tests.map(({ status }) => status),
    ['known', 'failed'],
  );
});

test('a gate that is not good without a bad case is one result that is', (t) => {
  const { run, gate } = createGatedRun({ stays: [{}, {}] });
  const reasons = ['The patched kernel warns at boot.'];
  const report = createTestReport({ folder: '/runs/x', run, gate: { ...gate, verdict: 'bad', reasons } });
  t.like(report.suites.at(-1), {
    name: 'kgate',
    tests: [{ name: 'verdict', status: 'broken', problems: reasons }],
  });
});
