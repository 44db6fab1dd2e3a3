import { availableParallelism, loadavg } from 'node:os';
import type { BuildHistory } from '../lineage/lineage.ts';
import type { ExpectedWork } from './expected-work.ts';

/** Processor time of a unit of work without a compiler cache, on the machine of docs/kernels.md. */
const UNIT_MS = 7;

/** The part of a build that linking takes, until a build of the lineage has measured it. */
const LINK_SHARE = 0.03;

/** The part of the work to see before speaking of the time left: the first commands are host tools, which say little. */
const ENOUGH_TO_EXTRAPOLATE = 0.05;

/** How far a compilation is, in units of its own. */
export interface CompileProgress {
  readonly done: number;
  readonly expected: number;
  readonly remainingMs: number | undefined;
}

/** How long a full build is expected to take, and how far it is. */
export interface Estimate {
  /** All work, linking included. */
  readonly total: number;
  /** Called for each object that was made. */
  readonly see: (object: string) => void;
  readonly at: (elapsedMs: number) => CompileProgress;
}

/** An estimate by what the objects so far took: one object is as much more work than another as its source is larger. */
export function createEstimate(work: ExpectedWork, history: BuildHistory): Estimate {
  const objects = totalOf(work);
  const total = objects / (1 - linkShare(history));
  const open = new Map(work);
  let done = 0;
  return {
    total,
    see(object) {
      done += open.get(object) ?? 0;
      open.delete(object);
    },
    at(elapsedMs) {
      const part = done / total;
      const remainingMs = part < ENOUGH_TO_EXTRAPOLATE ? undefined : elapsedMs / part - elapsedMs;
      return { done, expected: total, remainingMs };
    },
  };
}

/** A host as far as it decides how long a build takes. */
export interface Pace {
  readonly jobs?: number | undefined;
  /** Processes that run here besides, on average. */
  readonly load?: number;
  readonly processors?: number;
}

/**
 * How long a full build will take, before it starts: as one did here before, or else as one did elsewhere, with what
 * else runs here taken into account.
 */
export function expectedBuildMs(
  work: ExpectedWork,
  history: BuildHistory,
  { jobs = availableParallelism(), load = loadavg()[1] ?? 0, processors = availableParallelism() }: Pace = {},
): number | undefined {
  const { fullMs, fullWork } = history;
  if (work.size === 0) return fullMs;
  const total = totalOf(work) / (1 - linkShare(history));
  if (fullMs !== undefined && fullWork !== undefined && fullWork > 0) return (total * fullMs) / fullWork;
  return ((total * UNIT_MS) / Math.min(jobs, processors)) * (1 + load / processors);
}

function linkShare({ fullMs, linkMs }: BuildHistory): number {
  return fullMs === undefined || linkMs === undefined || fullMs === 0 ? LINK_SHARE : linkMs / fullMs;
}

function totalOf(work: ExpectedWork): number {
  return [...work.values()].reduce((sum, one) => sum + one, 0);
}
