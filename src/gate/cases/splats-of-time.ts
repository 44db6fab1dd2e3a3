import type { CaseResult } from '../../run/record/record.ts';

type Splat = NonNullable<CaseResult['splat']>;

/** Reports that something took too long. On a host that is busy enough, any kernel makes them. */
const OF_TIME: ReadonlySet<string> = new Set(['rcu-stall', 'hung-task', 'lockup']);

/** Whether a splat says no more than that something took too long. */
export function isOfTime({ kind }: Pick<Splat, 'kind'>): boolean {
  return OF_TIME.has(kind);
}
