import type { ArchName } from '../arch/architectures.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import type { Backend } from '../run/execute/backend.ts';
import type { PlannedCase } from '../run/plan/plan.ts';
import { takeCounts, type CarriedCounts } from './carried-counts.ts';
import { createCountingBackend } from './counting-backend.ts';
import type { CoverageRecord } from './coverage-record.ts';
import { describeCounts, type CountedSeries } from './describe-counts.ts';
import { findReached, type ReachedFile } from './reached-lines.ts';

/**
 * Counts which lines of a series run while something else executes cases. Tests pass another than the real one below.
 */
export interface LineCounter {
  /** Makes the kernel with this id count. */
  attach(backend: Backend<KernelDefinition>, kernel: string | undefined): AttachedCounter;
}

/** A backend with one kernel that counts. */
export interface AttachedCounter {
  readonly backend: Backend<KernelDefinition>;
  /** The counts so far of the boot and of these cases; nothing if the kernel never booted. */
  describe(
    series: CountedSeries,
    plan: readonly PlannedCase[],
    signal: AbortSignal,
  ): Promise<CountedLines | undefined>;
  /** Which cases ran which added line, on one architecture; nothing if the kernel never booted there. */
  reached(series: CountedSeries, arch: ArchName, signal: AbortSignal): Promise<readonly ReachedFile[]>;
  /** Takes over what was counted where part of the cases was executed, on a kernel that was built here, too. */
  take(carried: readonly CarriedCounts[]): void;
}

/** A kernel that counts lines in the place of another, and what takes its counts. */
export interface Counting {
  readonly counted: string;
  readonly patched: string;
  readonly counter: AttachedCounter;
}

/** The part of a coverage record about the lines themselves. */
export type CountedLines = Pick<CoverageRecord, 'version' | 'cases' | 'subjects' | 'notices'>;

/** Counts with the compiler's own counters; see createCountingBackend. */
export const gccLineCounter: LineCounter = {
  attach(backend, kernel) {
    const { backend: counting, counts } = createCountingBackend(backend, (id) => id === kernel);
    return {
      backend: counting,
      async describe(series, plan, signal) {
        const told = counts.filter(({ boots }) => boots.length > 0);
        if (told.length === 0) return undefined;
        return describeCounts({ counts: told, plan, subjects: [series], signal });
      },
      reached: (series, arch, signal) => findReached(counts, series, arch, signal),
      take: (carried) => takeCounts(counts, carried),
    };
  },
};
