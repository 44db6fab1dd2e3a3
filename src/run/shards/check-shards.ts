import { ARCH_NAMES, type ArchName } from '../../arch/architectures.ts';
import { UsageError } from '../../errors.ts';
import { findDoubles, type NamedRecord, type ShardRun } from './merge-records.ts';

/** Problems of one kind that are shown; the rest have the same cause. */
const SHOWN = 8;

/**
 * Checks that records are exactly the shards of one plan, or of one plan for each architecture, made by the same kgate
 * on the same kernels. Throws one UsageError with everything that is wrong. All of `arches` must be present.
 */
export function checkShards(
  records: readonly NamedRecord[],
  arches: readonly ArchName[],
): readonly ShardRun[] {
  const shards = records.flatMap((one) =>
    one.record.shard === undefined ? [] : [{ ...one, shard: one.record.shard }],
  );
  const problems = [
    ...records
      .filter(({ record }) => record.shard === undefined)
      .map(({ name }) => `${name} is not a shard: it was not run with --shard.`),
    ...checkVersions(records),
    ...checkPlans(shards),
    ...checkKernels(records),
    ...checkCases(records),
    ...arches
      .filter((arch) => !records.some(({ record }) => record.cases.some((one) => one.arch === arch)))
      .map((arch) => `No shard executed anything on ${arch}.`),
  ];
  if (problems.length === 0) return shards;
  const left = problems.length - SHOWN;
  throw new UsageError('These runs cannot be joined.', {
    code: 'MERGE_REFUSED',
    detail: [...problems.slice(0, SHOWN), ...(left > 0 ? [`… and ${left} more problems`] : [])].join('\n'),
    hint: 'Give each shard of one plan exactly once: run every "kgate run" with the same arguments except for --shard.',
  });
}

function checkVersions(records: readonly NamedRecord[]): string[] {
  const versions = Map.groupBy(records, ({ record }) => record.kgate);
  if (versions.size < 2) return [];
  return [...versions].map(([version, made]) => `kgate ${version} made ${namesOf(made)}.`);
}

function checkPlans(shards: readonly ShardRun[]): string[] {
  const plans = [
    ...Map.groupBy(shards, ({ shard }) => `${shard.plan} ${shard.of} ${shard.planned}`).values(),
  ];
  return [...plans.flatMap(checkPlan), ...checkDisjoint(plans)];
}

/** Each shard of a plan must be present once. */
function checkPlan(shards: readonly ShardRun[]): string[] {
  const of = shards[0]?.shard.of ?? 0;
  const numbers = Array.from({ length: of }, (_, position) => position + 1);
  const planned = shards.reduce((sum, { record }) => sum + record.planned, 0);
  const given = numbers.map((index) => ({
    index,
    runs: shards.filter(({ shard }) => shard.index === index),
  }));
  const odd = given.flatMap(({ index, runs }) => {
    if (runs.length === 1) return [];
    if (runs.length > 1) return [`Shard ${index}/${of} was given ${runs.length} times: ${namesOf(runs)}.`];
    return [`Shard ${index}/${of} of the plan of ${namesOf(shards)} is missing.`];
  });
  const whole = shards[0]?.shard.planned;
  if (odd.length > 0 || planned === whole) return odd;
  return [`The plan of ${namesOf(shards)} has ${whole} cases, its shards have ${planned}.`];
}

/** Machines may each take the architecture of a matrix; two plans for one architecture are two different questions. */
function checkDisjoint(plans: readonly (readonly ShardRun[])[]): string[] {
  return ARCH_NAMES.flatMap((arch) => {
    const about = plans.filter((shards) =>
      shards.some(({ record }) => record.cases.some((one) => one.arch === arch)),
    );
    if (about.length < 2) return [];
    const named = about.map((shards) => namesOf(shards)).join(' on one side, on the other ');
    return [
      `There is more than one plan for ${arch}: ${named}. Specs, filters, kernels, durations or --repeat differ.`,
    ];
  });
}

function checkKernels(records: readonly NamedRecord[]): string[] {
  const built = records.flatMap(({ name, record }) => record.kernels.map((kernel) => ({ ...kernel, name })));
  return [...Map.groupBy(built, ({ id, arch }) => `${id} for ${arch}`)].flatMap(([kernel, found]) => {
    const kinds = [...Map.groupBy(found, ({ digest, buildId }) => `${digest} ${buildId}`).values()];
    if (kinds.length < 2) return [];
    const described = kinds.map((same) => {
      const { buildId = '', compiler = '' } = same[0] ?? {};
      return `${buildId.slice(0, 12)} by ${compiler} in ${namesOf(same)}`;
    });
    return [`The kernel ${kernel} is not the same everywhere: ${described.join('; ')}.`];
  });
}

/** A double shard implies double cases: reporting the shard is enough. */
function checkCases(records: readonly NamedRecord[]): string[] {
  const distinct = [...new Map(records.map((one) => [JSON.stringify(one.record.shard), one])).values()];
  return findDoubles(distinct).map(({ title, names }) => `${title} was executed by ${names.join(' and ')}.`);
}

const namesOf = (records: readonly { readonly name: string }[]): string =>
  [...new Set(records.map(({ name }) => name))].join(', ');
