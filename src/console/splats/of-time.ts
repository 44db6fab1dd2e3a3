import type { SplatKind } from './splat.ts';

/** Reports that something took too long. Any kernel makes them on a busy enough host. */
const OF_TIME: ReadonlySet<string> = new Set<SplatKind>(['rcu-stall', 'hung-task', 'lockup']);

/** Whether a splat only says that something took too long. */
export function isOfTime({ kind }: { readonly kind: string }): boolean {
  return OF_TIME.has(kind);
}
