import type { ArchName } from '../arch/architectures.ts';
import type { Counting, LineCounter } from '../coverage/line-counter.ts';
import type { ComparedArch, ComparisonProgress } from '../fuzz/compare/compare-kernels.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import type { EventSink } from '../events.ts';
import type { MutantBound } from '../mutants/lines/mutant-bound.ts';
import type { Backend, Step } from '../run/execute/backend.ts';
import type { ExecuteOptions } from '../run/execute/execute-plan.ts';
import type { Execution } from '../run/execute/execution.ts';
import type { PoolLimits } from '../run/pool/job-pool.ts';
import type { PreparationLog } from '../run/record/preparation-log.ts';
import type { PlannedSuite } from '../run/plan-suite.ts';
import type { Series } from '../series/patches/series.ts';
import type { BuiltPair } from './kernels/build-pairs.ts';
import type { KernelInspector } from './kernels/inspect-kernels.ts';
import type { OtherBuildFinding } from './kernels/other-builds.ts';
import type { GateSubjects } from './subjects/choose-subjects.ts';

/** Executes a plan elsewhere; with a counter, one of its kernels counts lines there. */
export type ExecuteElsewhere = (
  options: ExecuteOptions<KernelDefinition>,
  counting: Counting | undefined,
) => Promise<Execution>;

/** How both kernels of an architecture are fuzzed. */
export interface PairFuzzing {
  readonly ms: number;
  readonly seed: number;
  /** Where findings go, a folder each. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly sink: EventSink;
  readonly onProgress: (progress: ComparisonProgress) => void;
}

/** Generated programs for both kernels. */
export interface FuzzRequest {
  /** How long programs run, on all architectures together. */
  readonly ms: number;
  readonly seed: number;
  compare(pair: BuiltPair, how: PairFuzzing): Promise<ComparedArch>;
}

/** What to gate, and how. */
export interface GateOptions {
  readonly series: Series;
  readonly subjects: GateSubjects;
  /** The words of the command apart from the series, for running it again. */
  readonly command: readonly string[];
  /** The plan of both kernels. */
  readonly suite: PlannedSuite;
  /** Whether results of earlier gates may stand in for executions on the base; see reuseBase. */
  readonly reuse: boolean;
  /** Counts the lines of the series. Without it, the series cannot be called good. */
  readonly counter: LineCounter | undefined;
  /** Whether only part of the project's suite was selected. */
  readonly filtered: boolean;
  /** Whether to build and boot every patch, too. */
  readonly perCommit: boolean;
  /** Builds both kernels in other ways, too, and compares. */
  readonly otherBuilds?: ((arches: readonly ArchName[]) => Promise<readonly OtherBuildFinding[]>) | undefined;
  /** Whether to plant small bugs in the lines that ran once there is a verdict, and how many. */
  readonly mutants?: MutantBound | undefined;
  /** Whether to run generated programs on both kernels, too, and for how long. */
  readonly fuzz?: FuzzRequest | undefined;
  readonly backend: Backend<KernelDefinition>;
  /** Executes plans elsewhere than on this host. */
  readonly execute?: ExecuteElsewhere | undefined;
  readonly inspector?: KernelInspector;
  readonly limits: PoolLimits;
  readonly root: string;
  /** kgate's version. */
  readonly version: string;
  readonly step: Step;
}

/** The same with a log that all events of the gate pass. */
export interface NotedGateOptions extends GateOptions {
  readonly preparations: PreparationLog;
}
