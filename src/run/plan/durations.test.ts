import test from 'ava';
import { createSpecFixture } from '../../../fixtures/run/specs.ts';
import { createResult } from '../../../fixtures/report/results.ts';
import { durationsOf, expectDurations } from './durations.ts';
import { planRun } from './plan.ts';

function createPlan(specs: Readonly<Record<string, readonly string[]>>) {
  return planRun({
    selected: Object.entries(specs).map(([name, cases]) => {
      const spec = createSpecFixture(name, [...cases]);
      return { spec, cases: spec.cases };
    }),
    kernels: [{ id: 'k', role: 'patched', arch: ['x86_64'] }],
    arches: ['x86_64'],
    repeat: 1,
  });
}

const title = (spec: string, name: string): string => `${spec} › ${name} [x86_64 k]`;

test('a case that ran several times took as long as in the middle', (t) => {
  const one = { spec: 's', case: 'a', kernel: 'k', arch: 'x86_64' } as const;
  const results = [90, 10, 20].map((ms, index) => createResult({ ...one, repeat: index + 1, ms }));
  t.deepEqual(durationsOf(results), { [title('s', 'a')]: 20 });
});

test('how long the harness was in trouble says nothing about a case', (t) => {
  t.deepEqual(durationsOf([createResult({ outcome: 'infra-error', ms: 60_000 })]), {});
});

test('a new case is expected to take as long as the others of its spec, or as any', (t) => {
  const plan = createPlan({ one: ['a', 'b', 'new'], two: ['new'] });
  const durations = { [title('one', 'a')]: 10, [title('one', 'b')]: 30, [title('gone', 'x')]: 1_000 };
  t.deepEqual(expectDurations(plan, durations), [10, 30, 20, 20]);
});

test('without a measured case nothing is expected', (t) => {
  t.is(expectDurations(createPlan({ one: ['a'] }), { [title('gone', 'x')]: 1 }), undefined);
});
