import { join } from 'node:path';
import { InfraError, InterruptedError, UsageError } from '../errors.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import { executePlan, type ExecuteOptions } from '../run/execute/execute-plan.ts';
import { caseTitle, type PlannedCase } from '../run/plan/plan.ts';
import { saveRecordFile } from '../run/record/record-file.ts';
import type { CaseResult } from '../run/record/record.ts';
import type { RunFolder } from '../run/record/run-folder.ts';
import { countOf } from '../util/count-of.ts';
import { readChangedFiles } from './changed-files.ts';
import { countSeries, type ArchCounts } from './count-series.ts';
import { countedCaseKey, createCountingBackend, type KernelCounts } from './counting-backend.ts';
import {
  COVERAGE_FILE,
  COVERAGE_RECORD_VERSION,
  coverageRecordSchema,
  type CoverageRecord,
  type CoverageSubject,
} from './coverage-record.ts';
import { describeSubject } from './describe-subject.ts';

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

  const cases = uniqueCases(plan);
  const described: DescribedSubject[] = [];
  for (const definition of options.kernels) {
    const own = counts.filter(({ kernel }) => kernel.id === definition.id);
    const [first] = own;
    if (first !== undefined)
      described.push(await describe(definition, [first, ...own.slice(1)], [...cases.keys()], step.signal));
  }
  const record: CoverageRecord = {
    version: COVERAGE_RECORD_VERSION,
    kgate: options.version,
    started: started.toISOString(),
    ms: Math.round(performance.now() - began),
    cases: [...cases.values()],
    subjects: described.map(({ subject }) => subject),
    notices: [...noticesOnResults(results, options.results), ...described.flatMap(({ notices }) => notices)],
  };
  const checked = coverageRecordSchema.parse(record);
  await saveRecordFile(join(run.path, COVERAGE_FILE), checked);
  return checked;
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

/** Cases by the key under which they are counted: once, on however many architectures. */
function uniqueCases(plan: readonly PlannedCase[]): Map<string, { spec: string; case: string }> {
  const cases = new Map<string, { spec: string; case: string }>();
  for (const { program, spec, case: name } of plan) {
    const key = countedCaseKey(program, name);
    if (!cases.has(key)) cases.set(key, { spec, case: name });
  }
  return cases;
}

interface DescribedSubject {
  readonly subject: CoverageSubject;
  readonly notices: readonly string[];
}

async function describe(
  { id, series }: KernelDefinition,
  counts: readonly [KernelCounts, ...KernelCounts[]],
  caseKeys: readonly string[],
  signal: AbortSignal,
): Promise<DescribedSubject> {
  const changed = await readChangedFiles(series, counts[0].kernel.coverage?.sources ?? '');
  const lines = new Map(changed.files.map(({ path, added }) => [path, added]));
  const counted: ArchCounts[] = [];
  for (const each of counts) counted.push(await countSeries(each, { lines, signal }));
  const subject = describeSubject({
    kernel: id,
    patches: changed.patches,
    builds: counts.map(({ kernel, cases }) => ({
      arch: kernel.arch,
      digest: kernel.digest,
      buildId: kernel.buildId,
      compiler: kernel.compiler,
      counted: cases.size,
    })),
    files: changed.files,
    counts: counted,
    caseKeys,
  });
  const notices = [
    ...changed.unplaced.map(
      (path) => `${path} does not hold the lines that the series of ${id} adds: it is left out.`,
    ),
    ...counts.flatMap(noticesOnLost),
    ...noticesOnUncompiled(subject, counts),
  ];
  return { subject, notices };
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

function noticesOnLost({ lost, kernel }: KernelCounts): string[] {
  return [...lost].map(
    (key) => `${key} [${kernel.arch} ${kernel.id}]: its guest was gone before its counters could be read.`,
  );
}

function noticesOnUncompiled(
  { withoutCode, kernel }: CoverageSubject,
  counts: readonly KernelCounts[],
): string[] {
  const objects = counts.flatMap(({ reader }) => reader.objects.map(({ gcda }) => gcda));
  return withoutCode
    .filter((path) => path.endsWith('.c'))
    .filter((path) => !objects.some((gcda) => gcda.endsWith(`/objects/${path.replace(/\.c$/u, '.gcda')}`)))
    .map(
      (path) =>
        `${path} has no counters: the configuration of ${kernel} leaves it out, or its makefile forbids them.`,
    );
}
