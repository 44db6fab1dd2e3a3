import test from 'ava';
import * as fc from 'fast-check';
import { caseTitle, type PlannedCase } from '../../run/plan/plan.ts';
import { splitPlan } from './split-plan.ts';

const planned = (name: string, kernel: string, memoryMiB = 320, repeat = 1): PlannedCase => ({
  spec: 's',
  case: name,
  about: name,
  program: 'p.c',
  kernel,
  arch: 'x86_64',
  repeat,
  shape: { cpus: 1, memoryMiB },
  timeoutMs: 1,
  expected: {},
  location: 's:1',
});

test('every case is in one batch, and batches need one machine each', (t) => {
  const cases = fc.array(
    fc.record({
      name: fc.integer({ max: 40, min: 0 }),
      kernel: fc.constantFrom('a', 'b'),
      memory: fc.constantFrom(320, 512),
    }),
  );
  fc.assert(
    fc.property(cases, fc.boolean(), (given, together) => {
      const plan = given.map(({ name, kernel, memory }, index) =>
        planned(`c${name}`, kernel, memory, index + 1),
      );
      const batches = splitPlan(plan, together, 5);
      const dealt = batches.flatMap((batch) => batch.cases.map(caseTitle));
      return (
        dealt.toSorted().join() === plan.map(caseTitle).toSorted().join() &&
        batches.every(({ cases: some }) => new Set(some.map(({ shape }) => shape.memoryMiB)).size === 1) &&
        (together || batches.every(({ cases: some }) => new Set(some.map(({ kernel }) => kernel)).size === 1))
      );
    }),
  );
  t.pass();
});

test('the kernels of a comparison stay side by side', (t) => {
  const plan = ['c1', 'c2', 'c3'].flatMap((name) => [planned(name, 'base'), planned(name, 'patched')]);
  const batches = splitPlan(plan, true, 3).map(({ cases }) =>
    cases.map((one) => `${one.case} ${one.kernel}`),
  );
  t.deepEqual(batches, [
    ['c1 base', 'c1 patched', 'c2 base', 'c2 patched'],
    ['c3 base', 'c3 patched'],
  ]);
});
