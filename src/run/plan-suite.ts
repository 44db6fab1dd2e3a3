import type { ArchName } from '../arch/architectures.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import type { Spec } from '../spec/spec.ts';
import type { CollectedTests } from './plan/collected-tests.ts';
import { createAllowance, type Allowance } from './tolerated/allowance.ts';
import { loadProjectAllowList } from './tolerated/load-allow-list.ts';
import { UsageError } from '../errors.ts';
import { isTreeTestPattern } from './tree-tests/collect-tree-tests.ts';
import { loadKernels } from './project/load-kernels.ts';
import { loadKnownFailures } from './tolerated/load-known-failures.ts';
import { loadSuite } from './project/load-suite.ts';
import type { KnownFailure } from './tolerated/known-failures.ts';
import { inapplicableCases, planRun, type InapplicableCase, type PlannedCase } from './plan/plan.ts';
import type { Durations } from './plan/durations.ts';
import { planAmong, type CasePlace } from './plan/last-failed.ts';
import type { Project } from './project/project.ts';
import { NO_PREFLIGHT, type Preflight } from './plan/preflight.ts';
import { matchesSpec, selectCases, type CaseFilter } from './plan/select-cases.ts';
import { describeShard, takeShard, type Shard, type ShardRecord } from './plan/shard.ts';

/** What to run of a project; anything left out means all. */
export interface RunRequest extends Partial<CaseFilter> {
  /** Ids, or paths of kernel files; by default every patched kernel. */
  readonly kernels?: readonly string[];
  /** By default those that each kernel boots without being asked. */
  readonly arches?: readonly ArchName[];
  readonly repeat?: number;
  /** Those of its patterns for specs that may match nothing: they were chosen, not written. */
  readonly optional?: readonly string[];
  /** A list of known failures in place of the project's own. */
  readonly knownFailures?: string;
  /** Plans only these places. */
  readonly among?: readonly CasePlace[];
  /** Plans only this part of the request. */
  readonly shard?: Shard;
  /** How long cases take, so that all parts take about as long. */
  readonly durations?: Durations;
}

/** A plan and its subject. */
export interface PlannedSuite {
  readonly plan: readonly PlannedCase[];
  readonly kernels: readonly KernelDefinition[];
  readonly specs: readonly Spec[];
  /** Cases that were asked for but left out, since a kernel lacks what they require. */
  readonly inapplicable: readonly InapplicableCase[];
  /** Patterns that matched nothing, and may. */
  readonly missing: readonly string[];
  /** Splats that the project's allow-list tolerates. */
  readonly allowance: Allowance;
  /** Cases that are known to fail. */
  readonly known: readonly KnownFailure[];
  /** The part of a larger plan that this is. */
  readonly shard?: ShardRecord;
}

/** Loads a project's specs and kernels and plans the requested cases. Builds nothing, except what `collect` does. */
export async function planSuite(
  project: Project,
  request: RunRequest,
  collect?: Collect,
): Promise<PlannedSuite> {
  const kernels = await loadKernels(project, request.kernels ?? []);
  return planOnKernels(project, kernels, request, undefined, collect);
}

/** Finds out which tests of the kernels' own trees patterns name, and gives the kernels what those need. */
export type Collect = (
  patterns: readonly string[],
  kernels: readonly KernelDefinition[],
  arches: readonly ArchName[] | undefined,
) => Promise<CollectedTests>;

const collectNone: Collect = async ([pattern = '']) => {
  throw new UsageError(`The kernel’s own tests "${pattern}" cannot be run here.`, {
    code: 'SELFTESTS_UNSUPPORTED',
    hint: 'Use "kgate run", "kgate gate", "kgate bisect" or "kgate watch".',
  });
};

/**
 * Loads a project's specs and plans the requested cases on kernels that no file needs to define. Finds mistakes in the
 * request before the kernels are settled, where possible.
 */
export async function planOnKernels(
  project: Project,
  chosen: readonly KernelDefinition[],
  request: RunRequest,
  preflight: Preflight = NO_PREFLIGHT,
  collect: Collect = collectNone,
): Promise<PlannedSuite> {
  const [suite, allowed] = await Promise.all([loadSuite(project), loadProjectAllowList(project.root)]);
  const patterns = [...(request.specs ?? []), ...(request.cases ?? [])].filter(isTreeTestPattern);
  const { kernels: given, specs: treeTests } =
    patterns.length === 0 ? { kernels: chosen, specs: [] } : await collect(patterns, chosen, request.arches);
  const specs = [...suite.specs, ...treeTests];
  const missing = (request.optional ?? []).filter(
    (pattern) => !specs.some((spec) => matchesSpec(pattern, spec)),
  );
  const selected = selectCases(specs, {
    specs: (request.specs ?? []).filter((pattern) => !missing.includes(pattern)),
    cases: request.cases ?? [],
    tags: request.tags ?? [],
  });
  const known = await loadKnownFailures(project, {
    specs,
    kernels: given.map(({ id }) => id),
    file: request.knownFailures,
  });
  const { arches, shard, among, durations } = request;
  const unsettled = planRun({ selected, kernels: given, arches, repeat: 1 });
  const kernels = await preflight.settle(given, [...new Set(unsettled.map(({ arch }) => arch))]);
  const everything = planRun({ selected, kernels, arches, repeat: request.repeat ?? 1 });
  const whole = among === undefined ? everything : planAmong(everything, among);
  const plan = shard === undefined ? whole : takeShard(whole, shard, durations);
  await preflight.check(plan, kernels);
  const inapplicable = among === undefined ? inapplicableCases({ selected, kernels, arches }) : [];
  const complete =
    shard === undefined &&
    among === undefined &&
    [request.specs, request.cases, request.tags, request.kernels, request.arches].every(
      (filter) => (filter ?? []).length === 0,
    );
  return {
    plan,
    kernels,
    specs,
    inapplicable,
    missing,
    allowance: createAllowance(allowed, { plan, kernels, complete }),
    known,
    ...(shard === undefined ? {} : { shard: describeShard(whole, shard, durations) }),
  };
}
