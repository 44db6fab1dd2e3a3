import test from 'ava';
import { createResult } from '../../../fixtures/report/results.ts';
import { createSpecFixture } from '../../../fixtures/run/specs.ts';
import { planRun } from '../../run/plan/plan.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { loadSpec } from '../../spec/load-specs.ts';
import { compareCases } from './gated-cases.ts';
import { findSuspicious } from './repeat-suspicious.ts';

const KERNELS = { base: 'base', patched: 'patched' };
const KNOWN = { reason: 'a bug of ours', expires: '2027-01-01' };

function classify(base: Partial<CaseResult>, ...patched: readonly Partial<CaseResult>[]) {
  const spec = createSpecFixture('one', ['a']);
  const plan = planRun({
    selected: [{ spec, cases: spec.cases }],
    kernels: [
      { id: 'base', role: 'base', arch: ['x86_64'] },
      { id: 'patched', role: 'patched', arch: ['x86_64'] },
    ],
    arches: ['x86_64'],
    repeat: 1,
  });
  const about = { spec: 'one', case: 'a' };
  const results = [
    createResult({ ...about, kernel: 'base', ...base }),
    ...patched.map((one, index) => createResult({ ...about, kernel: 'patched', repeat: index + 1, ...one })),
  ];
  return compareCases(plan, results, KERNELS)[0]!.classification;
}

test('a regression that the project knows of does not speak against the series', (t) => {
  t.deepEqual(classify({}, { outcome: 'failed', known: KNOWN }, { outcome: 'failed', known: KNOWN }), {
    class: 'pre-existing-failure',
    weight: 'none',
    note: 'It is a known failure: a bug of ours',
  });
});

test('a regression of which only some executions were known is one', (t) => {
  t.like(classify({}, { outcome: 'failed', known: KNOWN }, { outcome: 'crashed' }), {
    class: 'regression',
    weight: 'bad',
  });
});

test('a regression that is not a known failure is one', (t) => {
  t.like(classify({}, { outcome: 'failed' }), { class: 'regression', weight: 'bad' });
});

const program = loadSpec('/specs/own.yaml', 'spec: own\nsummary: s\ncommand: [./x]\nprotocol: ktap\n').spec!;

/** What became of each case of a program whose tests end like this on the two kernels. */
function compareTests(
  base: Readonly<Record<string, CaseResult['outcome']>>,
  patched: Readonly<Record<string, CaseResult['outcome']>>,
  { booted = true, planned = ['base', 'patched'] } = {},
) {
  const plan = planRun({
    selected: [{ spec: program, cases: program.cases }],
    kernels: [
      { id: 'base', role: 'base', arch: ['x86_64'] } as const,
      { id: 'patched', role: 'patched', arch: ['x86_64'] } as const,
    ].filter(({ id }) => planned.includes(id)),
    arches: ['x86_64'],
    repeat: 1,
  });
  const on = (kernel: string, outcomes: typeof base) =>
    Object.entries(outcomes).map(([name, outcome]) =>
      createResult({
        spec: 'own',
        case: name,
        kernel,
        outcome,
        ...(booted || kernel !== 'base' ? { slot: 0 } : {}),
        ...(name === 'program' ? {} : { of: 'program' }),
      }),
    );
  const compared = compareCases(plan, [...on('base', base), ...on('patched', patched)], KERNELS);
  const classes = compared.map(
    ({ case: name, classification: { class: kind, weight } }) => `${name}: ${kind} ${weight}`,
  );
  return { compared, classes };
}

test('each test of a program is compared, and one that it reports no more counts against the series', (t) => {
  const { compared, classes } = compareTests(
    { program: 'passed', same: 'passed', broken: 'passed', lost: 'passed' },
    { program: 'passed', same: 'passed', broken: 'failed', added: 'passed', wrong: 'failed' },
  );
  t.deepEqual(classes, [
    'program: unchanged none',
    'same: unchanged none',
    'broken: regression bad',
    'lost: not-comparable bad',
    'added: not-comparable none',
    'wrong: not-comparable bad',
  ]);
  // To repeat a test, its program is executed.
  t.deepEqual([...findSuspicious(compared)], ['x86_64 own program']);
});

test('of a program that ran on one kernel alone, no test says anything', (t) => {
  t.deepEqual(compareTests({ program: 'passed', one: 'passed' }, {}).classes, [
    'program: not-comparable open',
    'one: not-comparable none',
  ]);
});

test('of a program whose base does not boot, tests that are wrong with the series are open', (t) => {
  const tests = { program: 'passed', right: 'passed', wrong: 'failed' } as const;
  t.deepEqual(compareTests({ program: 'crashed' }, tests, { booted: false }).classes, [
    'program: fix none',
    'right: not-comparable none',
    'wrong: not-comparable open',
  ]);
});

test('of a program that the base lacks, tests that are wrong with the series are bad', (t) => {
  const tests = { program: 'passed', right: 'passed', wrong: 'failed' } as const;
  t.deepEqual(compareTests({}, tests, { planned: ['patched'] }).classes, [
    'program: not-comparable none',
    'right: not-comparable none',
    'wrong: not-comparable bad',
  ]);
});
