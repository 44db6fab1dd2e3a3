import test from 'ava';
import { createResult } from '../../../fixtures/report/results.ts';
import { createSpecFixture } from '../../../fixtures/run/specs.ts';
import { planRun } from '../../run/plan/plan.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { findProving } from './proving-cases.ts';

const KERNELS = { base: 'base', patched: 'patched', counted: 'patched-counted' };
const ARCHES = ['x86_64', 'arm64'] as const;
const KNOWN = { reason: 'a bug of ours', expires: '2027-01-01' };

/** The architectures on which a case with these results proves that a line ran. */
function provenBy(...results: readonly Partial<CaseResult>[]): readonly string[] {
  const spec = createSpecFixture('one', ['a']);
  const kernels = [{ id: 'patched', role: 'patched', arch: ARCHES } as const];
  const plan = planRun({ selected: [{ spec, cases: spec.cases }], kernels, arches: ARCHES, repeat: 1 });
  const all = results.map((one) => createResult({ spec: 'one', case: 'a', kernel: KERNELS.counted, ...one }));
  return findProving(plan, all, KERNELS).map(({ arch }) => arch);
}

const plain = { kernel: 'patched' } as const;

test('a case proves something where it passed', (t) => {
  t.deepEqual(provenBy({}), ['x86_64']);
  t.deepEqual(provenBy({}, { arch: 'arm64', outcome: 'failed' }), ['x86_64']);
  t.deepEqual(provenBy({ kernel: 'base' }), []);
});

for (const outcome of ['failed', 'crashed', 'hung', 'skipped', 'infra-error'] as const)
  test(`a case that is ${outcome} proves nothing, and takes back what it did with counters`, (t) => {
    t.deepEqual(provenBy({ outcome }), []);
    t.deepEqual(provenBy({}, { ...plain, outcome }), []);
    t.deepEqual(provenBy({ outcome }, { ...plain, outcome }, plain), ['x86_64']);
  });

test('a known failure is none the less one', (t) => {
  t.deepEqual(provenBy({ outcome: 'failed', known: KNOWN }), []);
});

test('an expected death that passed is a pass', (t) => {
  t.deepEqual(provenBy({ splat: { kind: 'panic', title: 'as expected', lines: [] } }), ['x86_64']);
});

const reported = (outcome: CaseResult['outcome']) => ({ case: 'test', of: 'a', outcome });

test('a program proves something if one of its tests does', (t) => {
  t.deepEqual(provenBy({}, reported('failed')), []);
  t.deepEqual(provenBy({}, reported('failed'), reported('passed')), ['x86_64']);
  t.deepEqual(provenBy({ outcome: 'crashed' }, reported('passed')), []);
});
