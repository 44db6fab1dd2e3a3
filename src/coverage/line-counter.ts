import type { KernelDefinition } from '../kernel/definition/definition.ts';
import type { Backend } from '../run/execute/backend.ts';
import type { PlannedCase } from '../run/plan/plan.ts';
import { createCountingBackend } from './counting-backend.ts';
import type { CoverageRecord } from './coverage-record.ts';
import { describeCounts, type CountedSeries } from './describe-counts.ts';

/** Counts which lines of a series run while something else executes cases. The real one is below; tests give another. */
export interface LineCounter {
  /** Has the kernel of this id count. */
  attach(backend: Backend<KernelDefinition>, kernel: string | undefined): AttachedCounter;
}

/** A backend of which one kernel counts. */
export interface AttachedCounter {
  readonly backend: Backend<KernelDefinition>;
  /** What was counted so far; nothing where the kernel came up nowhere. */
  describe(
    series: CountedSeries,
    plan: readonly PlannedCase[],
    signal: AbortSignal,
  ): Promise<CountedLines | undefined>;
}

/** What a coverage record says of the lines themselves. */
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
    };
  },
};
