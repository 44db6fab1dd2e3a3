import test from 'ava';
import { assert, integer, property } from 'fast-check';
import { createSpecFixture } from '../../../fixtures/run/specs.ts';
import { UsageError } from '../../errors.ts';
import { caseTitle, planRun } from './plan.ts';
import { describeShard, parseShard, takeShard } from './shard.ts';

function createPlan(cases: number, repeat = 1) {
  const names = Array.from({ length: cases }, (_, index) => `case_${index}`);
  const spec = createSpecFixture('one', names);
  return planRun({
    selected: [{ spec, cases: spec.cases }],
    kernels: [{ id: 'k', role: 'patched', arch: ['x86_64', 'arm64'] }],
    arches: ['x86_64', 'arm64'],
    repeat,
  });
}

test('for any plan and number of shards, every case is in exactly one', (t) => {
  assert(
    property(
      integer({ min: 1, max: 20 }),
      integer({ min: 1, max: 3 }),
      integer({ min: 1, max: 20 }),
      (cases, repeat, of) => {
        const plan = createPlan(cases, repeat);
        const shards = Math.min(of, plan.length);
        const dealt = Array.from({ length: shards }, (_, index) =>
          takeShard(plan, { index: index + 1, of: shards }),
        );
        t.deepEqual(dealt.flat().map(caseTitle).toSorted(), plan.map(caseTitle).toSorted());
        const sizes = dealt.map(({ length }) => length);
        t.true(Math.max(...sizes) - Math.min(...sizes) <= 1);
      },
    ),
    { numRuns: 50 },
  );
});

test('each shard gets its part of every architecture', (t) => {
  const shard = takeShard(createPlan(8), { index: 2, of: 4 });
  t.deepEqual(
    shard.map(({ arch, case: name }) => `${arch} ${name}`),
    ['x86_64 case_1', 'x86_64 case_5', 'arm64 case_1', 'arm64 case_5'],
  );
});

test('a shard that would be empty is refused', (t) => {
  t.throws(() => takeShard(createPlan(1), { index: 3, of: 3 }), {
    instanceOf: UsageError,
    code: 'RUN_SHARD_EMPTY',
  });
});

for (const text of ['0/4', '5/4', '1/0', '1', 'a/b', '1/4/2', '-1/4', '1.5/4', '']) {
  test(`"${text}" is not a shard`, (t) => {
    t.throws(() => parseShard(text), { instanceOf: UsageError, code: 'RUN_SHARD_INVALID' });
  });
}

test('a shard is read from "i/n"', (t) => {
  t.deepEqual(parseShard('2/4'), { index: 2, of: 4 });
});

test('all shards of a plan name the same plan, and those of another plan another', (t) => {
  const first = describeShard(createPlan(4), { index: 1, of: 2 });
  const second = describeShard(createPlan(4), { index: 2, of: 2 });
  t.is(first.plan, second.plan);
  t.is(first.planned, 8);
  t.not(describeShard(createPlan(5), { index: 1, of: 2 }).plan, first.plan);
  const stricter = createPlan(4).map((planned) => ({ ...planned, expected: { x: 2 } }));
  t.not(describeShard(stricter, { index: 1, of: 2 }).plan, first.plan);
});
