import { UsageError } from '../../errors.ts';
import { digestOf } from '../../store/digest.ts';
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
 * The cases of one shard. They are dealt in turn, in plan order, so that each shard gets its part of every
 * spec, architecture and kernel: the same plan always gives the same shards, and every case is in exactly one.
 */
export function takeShard(plan: readonly PlannedCase[], { index, of }: Shard): readonly PlannedCase[] {
  const taken = plan.filter((_, position) => position % of === index - 1);
  if (taken.length > 0) return taken;
  throw new UsageError(`Shard ${index}/${of} would be empty: the whole plan has ${plan.length} cases.`, {
    code: 'RUN_SHARD_EMPTY',
    hint: 'Use fewer shards.',
  });
}

/** The shard's entry in its record, which keeps shards of different plans from being joined. */
export function describeShard(plan: readonly PlannedCase[], { index, of }: Shard): ShardRecord {
  return { index, of, planned: plan.length, plan: digestPlan(plan) };
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
