import type { GateRecord } from '../../gate/gate-record.ts';

/** The base as its distributor names it, if it has one, and as kgate does. */
export function nameBase({ base, builds = [] }: GateRecord): string {
  const source = builds.flatMap((build) => build.source ?? [])[0];
  return source === undefined ? base.kernel : `${source}, kgate's ${base.kernel}`;
}
