import type { CaseResult } from '../../run/record/record.ts';

type Splat = NonNullable<CaseResult['splat']>;

/** Reports that something took too long. Any kernel makes them on a busy enough host. */
const OF_TIME: ReadonlySet<string> = new Set(['rcu-stall', 'hung-task', 'lockup']);

/** Whether a splat only says that something took too long. */
export function isOfTime({ kind }: Pick<Splat, 'kind'>): boolean {
  return OF_TIME.has(kind);
}
