import test from 'ava';
import { array, assert, integer, property } from 'fast-check';
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

/** A plan of cases that take so long. */
function createTimedPlan(times: readonly number[], repeat = 1) {
  const plan = createPlan(Math.ceil(times.length / 2), repeat);
  const durations = Object.fromEntries(
    plan.flatMap((planned, index) =>
      planned.repeat === 1 ? [[caseTitle(planned), times[index % times.length] ?? 0]] : [],
    ),
  );
  return { plan, durations };
}

function dealAll(plan: ReturnType<typeof createPlan>, of: number, durations: Record<string, number>) {
  return Array.from({ length: of }, (_, index) => takeShard(plan, { index: index + 1, of }, durations));
}

test('for any durations every case is in exactly one shard, and no shard could give the longest one work', (t) => {
  assert(
    property(
      array(integer({ min: 0, max: 60_000 }), { minLength: 2, maxLength: 40 }),
      integer({ min: 1, max: 3 }),
      integer({ min: 1, max: 12 }),
      (times, repeat, of) => {
        const { plan, durations } = createTimedPlan(times, repeat);
        const shards = dealAll(plan, Math.min(of, plan.length), durations);
        t.deepEqual(shards.flat().map(caseTitle).toSorted(), plan.map(caseTitle).toSorted());
        const msOf = (planned: (typeof plan)[number]) =>
          Math.max(1, durations[caseTitle({ ...planned, repeat: 1 })] ?? 0);
        const loads = shards.map((shard) => shard.reduce((sum, planned) => sum + msOf(planned), 0));
        const longest = loads.indexOf(Math.max(...loads));
        const smallest = Math.min(...(shards[longest] ?? []).map(msOf));
        t.true(Math.max(...loads) - smallest <= Math.min(...loads));
      },
    ),
    { numRuns: 100 },
  );
});

const spread = (loads: readonly number[]): number => Math.max(...loads) / Math.min(...loads) - 1;

for (const parts of [2, 3, 4, 8, 16]) {
  test(`${parts} shards end within 15 % of each other, as those dealt in turn do not`, (t) => {
    // Most cases take as long as a clone needs, a few take seconds, and those are neighbours, as in real suites.
    const times = Array.from({ length: 600 }, (_, index) =>
      index % 100 < 4 ? 3_000 + index : 130 + (index % 7) * 20,
    );
    const slow = times.map((ms, index) => (index % parts === 0 ? ms * 2 : ms));
    const { plan, durations } = createTimedPlan(slow);
    const loadsOf = (shards: readonly (typeof plan)[]) =>
      shards.map((shard) => shard.reduce((sum, planned) => sum + (durations[caseTitle(planned)] ?? 0), 0));
    t.true(spread(loadsOf(dealAll(plan, parts, durations))) < 0.15);
    t.true(spread(loadsOf(dealAll(plan, parts, {}))) > 0.15);
  });
}

test('a shard keeps the order of the plan, and comes out the same each time', (t) => {
  const { plan, durations } = createTimedPlan([5, 900, 20, 1, 300, 300, 7, 2]);
  const [first = []] = dealAll(plan, 2, durations);
  t.deepEqual(
    first,
    plan.filter((planned) => first.includes(planned)),
  );
  t.deepEqual(
    dealAll(plan, 2, durations),
    dealAll(createTimedPlan([5, 900, 20, 1, 300, 300, 7, 2]).plan, 2, durations),
  );
});

test('shards that were dealt by other durations are those of another plan', (t) => {
  const { plan, durations } = createTimedPlan([5, 900, 20, 1]);
  const shard = { index: 1, of: 2 };
  const digest = describeShard(plan, shard, durations).plan;
  t.is(describeShard(plan, { index: 2, of: 2 }, durations).plan, digest);
  t.not(describeShard(plan, shard).plan, digest);
  t.not(describeShard(plan, shard, createTimedPlan([5, 901, 20, 1]).durations).plan, digest);
  t.is(describeShard(plan, shard, { 'gone › x [x86_64 k]': 4 }).plan, describeShard(plan, shard).plan);
});
