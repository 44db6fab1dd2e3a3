import test from 'ava';
import { createResult } from '../../../fixtures/report/results.ts';
import { createSpecFixture } from '../../../fixtures/run/specs.ts';
import { planRun } from '../../run/plan/plan.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { compareCases } from './gated-cases.ts';

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
