import test from 'ava';
import { createRecord, createResult } from '../../../fixtures/report/results.ts';
import { UsageError } from '../../errors.ts';
import { checkShards } from './check-shards.ts';
import { mergeRecords, type NamedRecord } from './merge-records.ts';
import { runRecordSchema, type CaseResult, type RunRecord } from '../record/record.ts';

const KERNEL = {
  id: 'process-vm-mmap-6.12',
  arch: 'x86_64',
  role: 'patched',
  variant: 'plain',
  release: '6.12.1',
  buildId: 'b1',
  digest: 'd1',
  compiler: 'gcc 12',
} as const;

interface ShardSetup extends Partial<RunRecord> {
  readonly index?: number;
  readonly of?: number;
  readonly plan?: string;
  readonly whole?: number;
}

function createShard(
  names: readonly string[],
  setup: ShardSetup = {},
  result: Partial<CaseResult> = {},
): NamedRecord {
  const { index = 1, of = 2, plan = 'p', whole = 3, ...replaced } = setup;
  const cases = names.map((name, slot) =>
    createResult({ case: name, slot, startedMs: slot * 100, ...result }),
  );
  return {
    name: `shards/${plan}-${index}`,
    record: {
      ...createRecord(cases),
      kernels: [{ ...KERNEL, arch: result.arch ?? 'x86_64' }],
      shard: { index, of, planned: whole, plan },
      ...replaced,
    },
  };
}

const first = createShard(['a', 'c'], { index: 1 });
const second = createShard(['b'], { index: 2, started: '2026-01-02T03:04:06.000Z' });

const merge = (...records: readonly NamedRecord[]): RunRecord =>
  mergeRecords(checkShards(records, []), 'merged');

function refusal(records: readonly NamedRecord[], arches: readonly ('x86_64' | 'arm64')[] = []): string {
  try {
    checkShards(records, arches);
  } catch (error) {
    if (error instanceof UsageError && error.code === 'MERGE_REFUSED') return error.detail ?? '';
  }
  return 'not refused';
}

test('shards become one record in the order of the plan, whatever the order they are given in', (t) => {
  const record = merge(second, first);
  t.deepEqual(runRecordSchema.parse(record), record);
  t.deepEqual(
    record.cases.map((one) => one.case),
    ['a', 'b', 'c'],
  );
  t.is(record.planned, 3);
  t.is(record.totals.passed, 3);
  t.is(record.verdict, 'passed');
  t.is(record.kernels.length, 1);
  t.is(record.shard, undefined);
});

test('times share one clock, and shards share no guest', (t) => {
  const record = merge(first, second);
  t.is(record.started, '2026-01-02T03:04:05.000Z');
  t.is(record.ms, 13_340);
  t.deepEqual(
    record.cases.map(({ startedMs, slot }) => [startedMs, slot]),
    [
      [0, 0],
      [1000, 2],
      [100, 1],
    ],
  );
});

test('a failure in one shard is the verdict of the whole', (t) => {
  const failed = createShard(['b'], { index: 2 }, { outcome: 'failed' });
  const record = merge(first, failed);
  t.is(record.verdict, 'failed');
  t.deepEqual(record.reasons, ['1 case failed.']);
});

test('a shard in which everything was skipped does not spoil the whole', (t) => {
  const skipped = createShard(['b'], { index: 2 }, { outcome: 'skipped', skipReason: 'no KSM' });
  t.is(skipped.record.verdict, 'failed');
  t.is(merge(first, skipped).verdict, 'passed');
});

test('a shard with unexecuted cases keeps the whole from passing', (t) => {
  const cut = createShard(['b'], {
    index: 2,
    planned: 2,
    verdict: 'infra-error',
    reasons: ['1 of 2 planned cases were not executed: d.'],
    whole: 4,
  });
  const record = merge(createShard(['a', 'c'], { whole: 4 }), cut);
  t.is(record.verdict, 'infra-error');
  t.deepEqual(record.reasons, ['Shard 2/2: 1 of 2 planned cases were not executed: d.']);
});

test('an interrupted shard makes the whole interrupted', (t) => {
  const cut = createShard([], {
    index: 2,
    planned: 1,
    verdict: 'interrupted',
    reasons: ['The run was interrupted.'],
  });
  t.is(merge(first, cut).verdict, 'interrupted');
});

test('different QEMU versions are reported', (t) => {
  const host = { cpus: 2, memoryMiB: 4096, qemu: { x86_64: '9.2.0' } };
  const { notices } = merge(first, createShard(['b'], { index: 2, host }));
  t.deepEqual(notices, ['Joined from 2 shards.', 'The shards used QEMU 7.2.22 and 9.2.0 for x86_64.']);
});

test('a missing shard is refused by its number', (t) => {
  t.is(refusal([first]), 'Shard 2/2 of the plan of shards/p-1 is missing.');
});

test('a shard given twice is refused by its number', (t) => {
  t.is(
    refusal([first, second, { ...second, name: 'again' }]),
    'Shard 2/2 was given 2 times: shards/p-2, again.',
  );
});

test('a case in two shards is refused by its name', (t) => {
  const overlapping = createShard(['a'], { index: 2 });
  t.regex(
    refusal([first, overlapping]),
    /vdso|special-mappings › a .* was executed by shards\/p-1 and shards\/p-2\./u,
  );
});

test('shards that together have fewer cases than their plan are refused', (t) => {
  t.regex(refusal([createShard(['a'], {}), second]), /The plan of .* has 3 cases, its shards have 2\./u);
});

test('different plans for one architecture are refused', (t) => {
  const other = createShard(['x'], { plan: 'q', of: 1, whole: 1 });
  t.regex(
    refusal([first, second, other]),
    /more than one plan for x86_64: shards\/p-1, shards\/p-2 on one side/u,
  );
});

test('a plan for each architecture is joined', (t) => {
  const arm = createShard(['a'], { plan: 'q', of: 1, whole: 1 }, { arch: 'arm64' });
  t.is(merge(first, second, arm).cases.length, 4);
});

test('a missing required architecture is refused', (t) => {
  t.is(refusal([first, second], ['x86_64', 'arm64']), 'No shard executed anything on arm64.');
});

test('different versions of kgate are refused', (t) => {
  const newer = createShard(['b'], { index: 2, kgate: '0.2.0' });
  t.is(refusal([first, newer]), 'kgate 0.1.0 made shards/p-1.\nkgate 0.2.0 made shards/p-2.');
});

test('different kernels of one name are refused', (t) => {
  const other = createShard(['b'], {
    index: 2,
    kernels: [{ ...KERNEL, buildId: 'b2', digest: 'd2', compiler: 'gcc 14' }],
  });
  t.is(
    refusal([first, other]),
    'The kernel process-vm-mmap-6.12 for x86_64 is not the same everywhere: b1 by gcc 12 in shards/p-1; b2 by gcc 14 in shards/p-2.',
  );
});

test('a run that is not a shard is refused', (t) => {
  const whole: NamedRecord = { name: 'runs/whole', record: createRecord([createResult()]) };
  t.regex(refusal([whole]), /runs\/whole is not a shard/u);
});
