import { join } from 'node:path';
import { InfraError, InterruptedError, UsageError } from '../errors.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import { executePlan, type ExecuteOptions } from '../run/execute/execute-plan.ts';
import { caseTitle, type PlannedCase } from '../run/plan/plan.ts';
import type { CaseResult } from '../run/record/record.ts';
import type { RunFolder } from '../run/record/run-folder.ts';
import { countOf } from '../util/count-of.ts';
import { createCountingBackend, type KernelCounts } from './counting-backend.ts';
import type { CoverageRecord } from './coverage-record.ts';
import { describeCounts } from './describe-counts.ts';
import { saveCoverage } from './save-coverage.ts';

export interface CollectCoverageOptions extends Omit<ExecuteOptions<KernelDefinition>, 'folder' | 'began'> {
  /** The run that this belongs to. The record goes to its folder, the consoles below `coverage/` in it. */
  readonly run: RunFolder;
  /** The results of that run, for cases that end otherwise on a kernel with counters to be named. */
  readonly results: readonly CaseResult[];
  /** kgate's version. */
  readonly version: string;
}

/** What of a plan tells which lines of a series run: each case once, on the kernels that have a series. */
export function planCoverage(
  plan: readonly PlannedCase[],
  kernels: readonly KernelDefinition[],
): readonly PlannedCase[] {
  const withSeries = new Set(kernels.filter(({ series }) => series.length > 0).map(({ id }) => id));
  const planned = plan.filter(({ kernel, repeat }) => repeat === 1 && withSeries.has(kernel));
  if (planned.length > 0) return planned;
  throw new UsageError('No kernel of this run has a series whose lines could be counted.', {
    code: 'COVERAGE_NO_SERIES',
    hint: 'Name a kernel whose kernel file has "series:" with --kernel.',
  });
}

/**
 * Executes the cases of a plan once more, on kernels that count the lines their series add, and writes which of them
 * ran. The outcomes of these cases are nobody's verdict: counters make a kernel slower, and another one.
 */
export async function collectCoverage(options: CollectCoverageOptions): Promise<CoverageRecord> {
  const started = new Date();
  const began = performance.now();
  const { step, limits, run } = options;
  const plan = planCoverage(options.plan, options.kernels);
  const folder = { id: run.id, path: join(run.path, 'coverage') };
  step.sink({
    type: 'noticed',
    message: `Counting the lines of the series: ${countOf(plan.length, 'case')} once more, on kernels with counters.`,
  });
  step.sink({ type: 'run-planned', cases: plan.length, jobs: limits.slots, folder: folder.path });
  const { backend, counts } = createCountingBackend(options.backend);
  const { results } = await executePlan({ ...options, plan, backend, folder, began });
  if (step.signal.aborted) throw new InterruptedError();
  for (const each of counts) requireCounted(each, results);

  const described = await describeCounts({
    counts,
    plan,
    subjects: options.kernels.map(({ id, series }) => ({ kernel: id, counted: id, series })),
    signal: step.signal,
  });
  const record = {
    ...described,
    kgate: options.version,
    started: started.toISOString(),
    ms: Math.round(performance.now() - began),
    notices: [...noticesOnResults(results, options.results), ...described.notices],
  };
  await saveCoverage(run, record);
  return record;
}

/** Lines of a kernel that nobody could count would all look as if they had never run. */
function requireCounted({ kernel, cases }: KernelCounts, results: readonly CaseResult[]): void {
  if (cases.size > 0) return;
  const [problem] = results
    .filter(({ kernel: id, arch }) => id === kernel.id && arch === kernel.arch)
    .flatMap(({ problems }) => problems);
  throw new InfraError(
    `No case could be counted on ${kernel.id} for ${kernel.arch}. ${problem ?? ''}`.trimEnd(),
    {
      code: 'COVERAGE_NOTHING_COUNTED',
      hint: 'See the consoles below "coverage" in the run’s folder.',
    },
  );
}

function noticesOnResults(results: readonly CaseResult[], before: readonly CaseResult[]): string[] {
  const outcomes = new Map(before.map((result) => [caseTitle(result), result.outcome]));
  return results.flatMap((result) => {
    const title = caseTitle(result);
    const known = outcomes.get(title);
    if (known === undefined || known === result.outcome) return [];
    return [`${title}: ${result.outcome} on the kernel with counters, but ${known} without.`];
  });
}
