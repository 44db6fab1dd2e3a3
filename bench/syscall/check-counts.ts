import { modelCounts, type Counts, type Place } from './counting-model.ts';
import { DIFFERENCES, type Difference } from './differences.ts';
import { jobId, MIB, PAGE, type Job } from './job.ts';
import type { Result } from './result.ts';

/** One count that is neither what the model says nor what a known difference explains. */
export interface Surprise {
  readonly id: string;
  readonly count: keyof Counts;
  readonly expected: number;
  readonly seen: number;
}

/** A measurement held against the model. */
export interface CheckedCounts {
  readonly seen: Counts;
  readonly model: Counts;
  /** Those that applied and changed something. */
  readonly differences: readonly Difference[];
  readonly surprises: readonly Surprise[];
}

/** Faults of stacks, buffers and tables of the two programs themselves. */
const SLACK_FAULTS = 8;
/** Pages of both programs and their page tables, and those that a memory cgroup charges in advance, per processor. */
const SLACK_PEAK_PAGES = 160;
const SLACK_SHARE = 0.01;
/** Below this, a peak says more about the programs than about what they hand over. */
const PEAK_BYTES = MIB;

/** Holds one result against the counting model. */
export function checkCounts(job: Job, result: Result, place: Place): CheckedCounts {
  const seen = seenCounts(result);
  const model = modelCounts(job);
  const differences = DIFFERENCES.filter((one) => one.applies(job, place));
  const expected = differences.reduce<Counts>(
    (counts, one) => ({ ...counts, ...one.correct(counts, job) }),
    model,
  );
  const keys = Object.keys(expected) as (keyof Counts)[];
  const surprises = keys
    .filter((count) => isChecked(count, job) && !isNear(seen[count], expected[count], slackOf(count, place)))
    .map((count) => ({ id: jobId(job), count, expected: expected[count], seen: seen[count] }));
  return { seen, model, differences, surprises };
}

/** The same counts as they were measured. */
export function seenCounts({ transfer, use, rewrite, memory }: Result): Counts {
  return {
    serverFaults: transfer.server.minor,
    consumerFaults: transfer.consumer.minor,
    copiedByCalls: transfer.copied_bytes / PAGE,
    swappedIn: transfer.swapped_in ?? 0,
    majorFaults: transfer.server.major + transfer.consumer.major,
    useFaults: use.consumer.minor,
    useCopies: use.copied_pages,
    useSwappedIn: use.swapped_in ?? 0,
    rewriteFaults: rewrite?.server.minor ?? 0,
    rewriteCopies: rewrite?.copied_pages ?? 0,
    peak: (memory.peak_kb * 1024) / PAGE,
  };
}

/** What depends on when the kernel reclaims memory is reported, not predicted. */
function isChecked(count: keyof Counts, { limit, bytes }: Job): boolean {
  if (limit > 0) return count === 'copiedByCalls';
  return count !== 'peak' || bytes > PEAK_BYTES;
}

/** What is counted page by page; there is nothing to allow for. */
const EXACT: ReadonlySet<keyof Counts> = new Set(['copiedByCalls', 'useCopies', 'rewriteCopies']);

function slackOf(count: keyof Counts, { cpus }: Place): number {
  if (EXACT.has(count)) return 0;
  return count === 'peak' ? SLACK_PEAK_PAGES * (1 + cpus) : SLACK_FAULTS;
}

function isNear(seen: number, expected: number, slack: number): boolean {
  return Math.abs(seen - expected) <= slack + (slack === 0 ? 0 : expected * SLACK_SHARE);
}
