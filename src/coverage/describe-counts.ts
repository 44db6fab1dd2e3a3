import type { PlannedCase } from '../run/plan/plan.ts';
import { readChangedFiles } from './lines/changed-files.ts';
import { countSeries, type ArchCounts } from './count-series.ts';
import { countedCaseKey, type KernelCounts } from './counting-backend.ts';
import {
  COVERAGE_RECORD_VERSION,
  sayUnplaced,
  type CoverageRecord,
  type CoverageSubject,
} from './coverage-record.ts';
import { linesAroundRemovals } from './lines/describe-removals.ts';
import { describeSubject } from './lines/describe-subject.ts';

/** A series to describe, and where its lines were counted. */
export interface CountedSeries {
  /** Id of the kernel whose series it is. */
  readonly kernel: string;
  /** Id of the kernel that counted. */
  readonly counted: string;
  /** The folders of its patches. */
  readonly series: readonly string[];
}

export interface DescribeCountsOptions {
  readonly counts: readonly KernelCounts[];
  /** The cases whose counts are told: of what was executed on kernels with counters, all or some. */
  readonly plan: readonly PlannedCase[];
  readonly subjects: readonly CountedSeries[];
  readonly signal: AbortSignal | undefined;
}

/** Says which lines of each series ran, according to kernels with counters. */
export async function describeCounts({
  counts,
  plan,
  subjects,
  signal,
}: DescribeCountsOptions): Promise<Pick<CoverageRecord, 'version' | 'cases' | 'subjects' | 'notices'>> {
  const described: DescribedSubject[] = [];
  for (const subject of subjects) {
    const [first, ...more] = counts.filter(({ kernel }) => kernel.id === subject.counted);
    if (first !== undefined) described.push(await describe(subject, [first, ...more], plan, signal));
  }
  return {
    version: COVERAGE_RECORD_VERSION,
    cases: [...uniqueCases(plan).values()],
    subjects: described.map(({ subject }) => subject),
    notices: described.flatMap(({ notices }) => notices),
  };
}

/** Cases by the key under which they are counted: once, on any number of architectures. */
function uniqueCases(plan: readonly PlannedCase[]): Map<string, { spec: string; case: string }> {
  const cases = new Map<string, { spec: string; case: string }>();
  for (const { spec, case: name } of plan)
    cases.set(countedCaseKey({ spec, case: name }), { spec, case: name });
  return cases;
}

/** A case may be told on one architecture, and not on another. */
function onlyPlanned(counts: KernelCounts, plan: readonly PlannedCase[]): KernelCounts {
  const keys = uniqueCases(plan.filter(({ arch }) => arch === counts.kernel.arch));
  return { ...counts, cases: new Map([...counts.cases].filter(([key]) => keys.has(key))) };
}

interface DescribedSubject {
  readonly subject: CoverageSubject;
  readonly notices: readonly string[];
}

async function describe(
  { kernel: id, series }: CountedSeries,
  counts: readonly [KernelCounts, ...KernelCounts[]],
  plan: readonly PlannedCase[],
  signal: AbortSignal | undefined,
): Promise<DescribedSubject> {
  const changed = await readChangedFiles(series, counts[0].kernel.coverage?.sources ?? '');
  const lines = new Map(
    changed.files.map((file) => [file.path, new Set([...file.added.keys(), ...linesAroundRemovals(file)])]),
  );
  const counted: ArchCounts[] = [];
  for (const each of counts) counted.push(await countSeries(onlyPlanned(each, plan), { lines, signal }));
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
    unplaced: changed.unplaced,
    counts: counted,
    caseKeys: [...uniqueCases(plan).keys()],
  });
  const notices = [
    ...sayUnplaced(subject),
    ...counts.flatMap(noticesOnLost),
    ...noticesOnUncompiled(subject, counts),
  ];
  return { subject, notices };
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
