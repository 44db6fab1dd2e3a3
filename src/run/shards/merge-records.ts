import { InternalError } from '../../errors.ts';
import { countOf } from '../../util/count-of.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import { caseTitle } from '../plan/plan.ts';
import type { CaseResult, RunRecord } from '../record/record.ts';
import type { ShardRecord } from '../plan/shard.ts';
import { countOutcomes, judgeRun, type RunVerdict } from '../judge/judge-run.ts';

/** A record and the place it was read from, for people. */
export interface NamedRecord {
  readonly name: string;
  readonly record: RunRecord;
}

/** A record that names its shard. */
export interface ShardRun extends NamedRecord {
  readonly shard: ShardRecord;
}

/**
 * Joins the records of shards into one, as if one machine had executed everything. Check the shards first;
 * see checkShards.
 */
export function mergeRecords(shards: readonly ShardRun[], id: string): RunRecord {
  const ordered = shards.toSorted(
    (a, b) => a.shard.plan.localeCompare(b.shard.plan) || a.shard.index - b.shard.index,
  );
  const records = ordered.map(({ record }) => record);
  const [first] = records;
  if (first === undefined)
    throw new InternalError('No record was given to join.', { code: 'INTERNAL_NOTHING_TO_MERGE' });
  const started = Math.min(...records.map(startOf));
  const cases = weave(onOneClock(records, started), ordered);
  const preparations = records.flatMap((record) =>
    (record.preparations ?? []).map((one) => ({
      ...one,
      startedMs: one.startedMs + startOf(record) - started,
    })),
  );
  const planned = records.reduce((sum, record) => sum + record.planned, 0);
  const { verdict, reasons } = judgeMerged(ordered, cases);
  const inapplicable = uniqueBy(
    records.flatMap((record) => record.inapplicable ?? []),
    (one) => JSON.stringify(one),
  );
  return {
    version: first.version,
    id,
    kgate: first.kgate,
    started: new Date(started).toISOString(),
    ms: Math.max(...records.map((record) => startOf(record) + record.ms)) - started,
    host: { ...first.host, qemu: Object.assign({}, ...records.map(({ host }) => host.qemu)) },
    accelerators: Object.assign({}, ...records.map(({ accelerators }) => accelerators)),
    kernels: uniqueBy(
      records.flatMap(({ kernels }) => kernels),
      (kernel) => `${kernel.id} ${kernel.arch}`,
    ),
    preparations: preparations.toSorted((one, other) => one.startedMs - other.startedMs),
    cases,
    totals: countOutcomes(cases),
    planned,
    ...(inapplicable.length === 0 ? {} : { inapplicable }),
    ...withoutUndefined({ asked: first.asked }),
    notices: [
      `Joined from ${countOf(shards.length, 'shard')}.`,
      ...describeDifferences(records),
      ...new Set(records.flatMap(({ notices }) => notices ?? [])),
    ],
    verdict,
    reasons: [...reasons],
  };
}

const startOf = ({ started }: RunRecord): number => Date.parse(started);

/** Puts the times of all shards on the clock of the first, and gives each shard separate guests. */
function onOneClock(records: readonly RunRecord[], started: number): CaseResult[][] {
  let guests = 0;
  return records.map((record) => {
    const [later, before] = [startOf(record) - started, guests];
    guests += 1 + Math.max(-1, ...record.cases.map(({ slot }) => slot ?? -1));
    return record.cases.map((result) => ({
      ...result,
      ...(result.startedMs === undefined ? {} : { startedMs: result.startedMs + later }),
      ...(result.slot === undefined ? {} : { slot: result.slot + before }),
    }));
  });
}

/** Back to plan order: cases were dealt to the shards in turn. */
function weave(dealt: readonly CaseResult[][], shards: readonly ShardRun[]): CaseResult[] {
  const plans = Map.groupBy(dealt.entries(), ([position]) => shards[position]?.shard.plan);
  return [...plans.values()].flatMap((group) => {
    const hands = group.map(([, cases]) => withTheirTests(cases));
    const longest = Math.max(...hands.map((hand) => hand.length));
    return Array.from({ length: longest }, (_, turn) => hands.flatMap((hand) => hand[turn] ?? [])).flat();
  });
}

/** The planned cases of a record, each with the tests that its program reported, which follow it. */
function withTheirTests(cases: readonly CaseResult[]): CaseResult[][] {
  const planned: CaseResult[][] = [];
  for (const result of cases) {
    if (result.of === undefined) planned.push([result]);
    else planned.at(-1)?.push(result);
  }
  return planned;
}

/** A shard of only skipped cases fails on its own, but not as part of a whole; its other reasons stay. */
function judgeMerged(shards: readonly ShardRun[], cases: readonly CaseResult[]): RunVerdict {
  const interrupted = shards.some(({ record }) => record.verdict === 'interrupted');
  const whole = judgeRun([], cases, interrupted);
  const more = shards.flatMap(({ shard, record }) => {
    const ofCases = judgeRun([], record.cases, record.verdict === 'interrupted').reasons;
    return record.reasons
      .filter((reason) => !ofCases.includes(reason))
      .map((reason) => `Shard ${shard.index}/${shard.of}: ${reason}`);
  });
  const reasons = [...whole.reasons, ...more];
  if (whole.verdict !== 'passed' || more.length === 0) return { verdict: whole.verdict, reasons };
  const complete = shards.every(({ record }) => withTheirTests(record.cases).length === record.planned);
  return { verdict: complete ? 'failed' : 'infra-error', reasons };
}

/** Machines may differ in ways that do not change what a case is; reported, as it may explain a surprise. */
function describeDifferences(records: readonly RunRecord[]): string[] {
  const arches = [...new Set(records.flatMap(({ cases }) => cases.map(({ arch }) => arch)))];
  return arches.flatMap((arch) => {
    const versions = new Set(records.flatMap(({ host }) => host.qemu[arch] ?? []));
    const used = new Set(records.flatMap(({ accelerators }) => accelerators[arch]?.accelerator ?? []));
    return [
      ...(versions.size > 1 ? [`The shards used QEMU ${[...versions].join(' and ')} for ${arch}.`] : []),
      ...(used.size > 1 ? [`The shards used ${[...used].join(' and ')} for ${arch}.`] : []),
    ];
  });
}

/** Cases that more than one record executed. */
export function findDoubles(records: readonly NamedRecord[]): { title: string; names: readonly string[] }[] {
  const executions = records.flatMap(({ name, record }) =>
    record.cases.map((result) => ({ title: caseTitle(result), name })),
  );
  return [...Map.groupBy(executions, ({ title }) => title)]
    .filter(([, found]) => found.length > 1)
    .map(([title, found]) => ({ title, names: found.map(({ name }) => name) }));
}

function uniqueBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] {
  return [...new Map(items.toReversed().map((item) => [keyOf(item), item])).values()].toReversed();
}
