import type { Preparation, RunRecord } from '../../../run/record/record.ts';
import { formatDuration } from '../../../util/format-duration.ts';
import { unreachable } from '../../../util/unreachable.ts';

/** A build or a boot in a lane of its own or one that was free. */
export interface LanedPreparation {
  readonly preparation: Preparation;
  readonly lane: number;
}

/** Puts what overlaps into different lanes, in as few as will do. */
export function preparationLanes({ preparations = [] }: Pick<RunRecord, 'preparations'>): LanedPreparation[] {
  const freeFrom: number[] = [];
  return preparations.map((preparation) => {
    const { startedMs, ms } = preparation;
    const free = freeFrom.findIndex((from) => from <= startedMs);
    const lane = free === -1 ? freeFrom.length : free;
    freeFrom[lane] = startedMs + ms;
    return { preparation, lane };
  });
}

/** What was prepared, for whom, and how long it took. */
export function describePreparation({ kind, kernel, arch, cached, ms }: Preparation): string {
  const from = cached ? ', from the cache,' : '';
  return `${namePreparation(kind)} of ${kernel} on ${arch}${from} in ${formatDuration(ms)}`;
}

/** What a kind of preparation is called. */
export function namePreparation(kind: Preparation['kind']): string {
  switch (kind) {
    case 'kernel':
      return 'build';
    case 'programs':
      return 'guest programs';
    case 'boot':
      return 'boot';
    default:
      return unreachable(kind);
  }
}
