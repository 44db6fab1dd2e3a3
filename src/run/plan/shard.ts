import { UsageError } from '../../errors.ts';
import { digestOf } from '../../store/digest.ts';
import { expectDurations, type Durations } from './durations.ts';
import { caseTitle, type PlannedCase } from './plan.ts';
import type { RunRecord } from '../record/record.ts';

/** One part of a plan that several machines share: the `index`th, counted from 1, `of` so many. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** What a record says about its shard. */
export type ShardRecord = NonNullable<RunRecord['shard']>;

/** Reads `2/4`. */
export function parseShard(text: string): Shard {
  const { index, of } = /^(?<index>\d+)\/(?<of>\d+)$/u.exec(text)?.groups ?? {};
  const shard = { index: Number(index), of: Number(of) };
  if (shard.of >= 1 && shard.index >= 1 && shard.index <= shard.of) return shard;
  throw new UsageError(`"${text}" is not a shard.`, {
    code: 'RUN_SHARD_INVALID',
    hint: 'Write the part and the number of parts, such as 2/4; the first is 1/4 and the last 4/4.',
  });
}

/**
 * The cases of one shard, in plan order. If it is known how long cases take, the longest is dealt first, each to the
 * shard that has least to do; otherwise they are dealt in turn, so that each shard gets its part of every spec,
 * architecture and kernel. The same plan and durations always give the same shards, and every case is in exactly one.
 */
export function takeShard(
  plan: readonly PlannedCase[],
  { index, of }: Shard,
  durations: Durations = {},
): readonly PlannedCase[] {
  const expected = expectDurations(plan, durations);
  const dealt = expected === undefined ? plan.map((_, position) => position % of) : dealByTime(expected, of);
  const taken = plan.filter((_, position) => dealt[position] === index - 1);
  if (taken.length > 0) return taken;
  throw new UsageError(`Shard ${index}/${of} would be empty: the whole plan has ${plan.length} cases.`, {
    code: 'RUN_SHARD_EMPTY',
    hint: 'Use fewer shards.',
  });
}

/** The shard of each position, counted from 0. */
function dealByTime(expected: readonly number[], of: number): readonly number[] {
  const longestFirst = [...expected.entries()].toSorted(([, one], [, other]) => other - one);
  const loads = Array.from({ length: of }, () => 0);
  const dealt: number[] = [];
  for (const [position, ms] of longestFirst) {
    const least = loads.indexOf(Math.min(...loads));
    dealt[position] = least;
    loads[least] = (loads[least] ?? 0) + ms;
  }
  return dealt;
}

/** The shard's entry in its record, which keeps shards of different plans, or dealt differently, from being joined. */
export function describeShard(
  plan: readonly PlannedCase[],
  { index, of }: Shard,
  durations: Durations = {},
): ShardRecord {
  const expected = expectDurations(plan, durations);
  const digest = digestPlan(plan);
  return {
    index,
    of,
    planned: plan.length,
    plan: expected === undefined ? digest : digestOf([digest, expected]),
  };
}

/** Names and expectations, but not the place in a spec, which differs between machines. */
function digestPlan(plan: readonly PlannedCase[]): string {
  return digestOf(
    plan.map((planned) => {
      const { program, shape, timeoutMs, expected } = planned;
      return [caseTitle(planned), program, shape, timeoutMs, expected];
    }),
  );
}
