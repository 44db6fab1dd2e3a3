import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import type { ArchName } from '../arch/architectures.ts';
import { wantedArches } from '../arch/wanted-arches.ts';
import { gccLineCounter } from '../coverage/line-counter.ts';
import type { EventSink } from '../events.ts';
import { ALL_SPECS } from '../gate/choice/choose-specs.ts';
import { chooseTests, type ChosenTests } from '../gate/choice/choose-tests.ts';
import { createPairFuzzer, type PairFuzzerOptions } from '../gate/fuzzing/fuzz-pair.ts';
import type { FuzzRequest, GateOptions } from '../gate/gate-options.ts';
import { findBrokenBuild, type BrokenBuild } from '../gate/kernels/find-broken-build.ts';
import { createKernelInspector } from '../gate/kernels/inspect-kernels.ts';
import { compareOtherBuilds, type OtherBuildsOptions } from '../gate/kernels/other-builds.ts';
import { runGate, type FinishedGate } from '../gate/run-gate.ts';
import { chooseSubjects, type GateSubjects } from '../gate/subjects/choose-subjects.ts';
import { explainRejection } from '../gate/subjects/explain-rejection.ts';
import { settleSubjects } from '../gate/subjects/settle-subjects.ts';
import type { Step } from '../run/execute/backend.ts';
import { checkHost } from '../run/execute/check-host.ts';
import { createHostBackend } from '../run/execute/host-backend.ts';
import { checkPrograms } from '../run/execute/host-preflight.ts';
import { hostLimits } from '../run/pool/limits.ts';
import { planOnKernels, type PlannedSuite } from '../run/plan-suite.ts';
import { loadSuite } from '../run/project/load-suite.ts';
import type { Project } from '../run/project/project.ts';
import type { BuildKernelOptions } from '../kernel/build/build-kernel.ts';
import { collectTreeTests } from '../run/tree-tests/collect-tree-tests.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import { buildOther } from '../kernel/other/build-other.ts';
import type { Series } from '../series/patches/series.ts';
import { withoutUndefined } from '../util/without-undefined.ts';
import type { CommandContext } from './context.ts';
import { otherBuildsWanted, type GatingFlags, type SubjectFlags } from './gate-flags.ts';
import { sandboxWanted } from './options.ts';
import { connectTo, queueOn } from './queue-of.ts';
import { openProgress } from './terminal/progress.ts';
import type { Terminal } from './terminal/terminal.ts';
import { writeNotice } from './terminal/write-notice.ts';

/** What is gated. */
export interface GatedSeries {
  readonly project: Project;
  readonly series: Series;
  readonly subjects: GateSubjects;
  /** Specs, by name, glob or path; all where there are none. */
  readonly wanted: readonly string[];
  /** Those of them that may match nothing. */
  readonly optional?: readonly string[];
  /** For the record: what the command said besides the series. */
  readonly command: readonly string[];
}

/** The two kernels that a command line compares for a series. */
export function chooseGated(
  project: Project,
  series: Series,
  folder: string | undefined,
  flags: SubjectFlags,
  { signal, cwd }: CommandContext,
): Promise<GateSubjects> {
  return chooseSubjects(project, {
    series,
    folder,
    base: flags.base,
    tree: treeOf(flags, cwd),
    like: flags.like,
    fragments: (flags.config ?? []).map((file) => resolve(cwd, file)),
    configFrom: flags.configFrom === undefined ? undefined : resolve(cwd, flags.configFrom),
    role: flags.expect,
    signal,
  });
}

const treeOf = ({ tree }: SubjectFlags, cwd: string): string | undefined =>
  tree === undefined ? undefined : resolve(cwd, tree);

/** The tests that the tree and earlier gates have for a series, with what was taken, why, and in how much time. */
export async function chooseForSeries(
  { project, series, subjects }: Pick<GatedSeries, 'project' | 'series' | 'subjects'>,
  flags: GatingFlags,
  { terminal, signal, cwd }: CommandContext,
): Promise<ChosenTests> {
  const began = performance.now();
  const { specs } = await loadSuite(project);
  const { patched } = subjects;
  const [arch] = gatedArches(subjects, flags);
  // Planning says what is wrong with that.
  if (arch === undefined) return { specs: [ALL_SPECS], ofTree: [], reasons: [] };
  const options = { patched, arch, patches: series.patches, specs, root: project.root, signal };
  const chosen = await withProgress(terminal, (onEvent) => chooseTests({ ...options, onEvent })).catch(
    async (error: unknown) => {
      throw await explainRejection(error, series, { project, tree: treeOf(flags, cwd), signal });
    },
  );
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  for (const line of [
    `Tests for this series, chosen in ${seconds} s:`,
    ...chosen.reasons.map((one) => `  ${one}`),
  ])
    writeNotice(terminal, line);
  return chosen;
}

/** Builds, runs and judges, with progress on stderr. */
export async function performGate(
  gated: GatedSeries,
  flags: GatingFlags,
  context: CommandContext,
): Promise<FinishedGate> {
  const { project, series, wanted, command } = gated;
  const { terminal, signal, cwd, version } = context;
  const onNotice: EventSink = (event) => {
    if (event.type === 'noticed') writeNotice(terminal, event.message);
  };
  await using connection = await connectTo(flags.queue, onNotice, context);
  const suite = await planGate(gated, flags, context);
  const subjects = asPlanned(gated.subjects, suite);
  const limits = hostLimits(flags.jobs);
  const builds = { jobs: limits.slots, sandbox: sandboxWanted(flags) };
  const local = createHostBackend({ project, ...builds });
  return await withProgress(terminal, async (sink) => {
    const kernels = [subjects.base, subjects.patched];
    await using queue = await queueOn(connection, { project, kernels, local, sink }, context);
    return await runGate({
      series,
      subjects,
      suite,
      counter: flags.coverage ? gccLineCounter : undefined,
      command: command.filter((word) => !suite.missing.includes(word)),
      filtered: [wanted.includes(ALL_SPECS) ? [] : wanted, flags.case, flags.tag].some(
        (filter) => (filter ?? []).length > 0,
      ),
      perCommit: flags.perCommit === true,
      otherBuilds: otherBuildsOf(subjects, otherBuildsWanted(flags), builds, { signal, sink }),
      mutants: flags.mutants,
      fuzz: fuzzingWanted(flags, { project, subjects, ...builds }),
      reuse: flags.fresh !== true && (flags.repeat ?? 1) === 1,
      backend: queue?.backend ?? local,
      execute: queue?.execute,
      inspector: createKernelInspector(subjects, series, builds),
      limits,
      root: project.root,
      version,
      step: { signal, sink },
    }).catch(async (error: unknown) => {
      throw await explainRejection(error, series, { project, tree: treeOf(flags, cwd), signal });
    });
  });
}

/** Builds both kernels in other ways, where that is wanted. */
function otherBuildsOf(
  { base, patched }: GateSubjects,
  wanted: readonly string[] | undefined,
  builds: Pick<BuildKernelOptions, 'jobs' | 'sandbox'>,
  step: Step,
): GateOptions['otherBuilds'] {
  if (wanted === undefined) return undefined;
  const build: OtherBuildsOptions['build'] = (kernel, arch, other, { signal, sink: onEvent }) =>
    buildOther(kernel, arch, other, { ...builds, signal, onEvent });
  return (arches) => compareOtherBuilds({ base, patched, arches, wanted, build, step });
}

const SEED_MAX = 2 ** 31;

function fuzzingWanted({ fuzz, fuzzSeed }: GatingFlags, about: PairFuzzerOptions): FuzzRequest | undefined {
  if (fuzz === undefined) return undefined;
  const seed = fuzzSeed ?? randomInt(1, SEED_MAX);
  return { ms: fuzz, seed, compare: createPairFuzzer(about) };
}

/** The kernels as their selftests need them, where there are any to run. */
function asPlanned(subjects: GateSubjects, { kernels }: PlannedSuite): GateSubjects {
  const planned = (kernel: KernelDefinition) => kernels.find(({ id }) => id === kernel.id) ?? kernel;
  return { ...subjects, base: planned(subjects.base), patched: planned(subjects.patched) };
}

/**
 * Finds out whether it was the series that broke a build, after a gate ended in that. Throws where the base does not build
 * either.
 */
export function blameBuild(
  { project, subjects }: GatedSeries,
  flags: GatingFlags,
  { terminal, signal }: CommandContext,
): Promise<BrokenBuild | undefined> {
  const backend = createHostBackend({
    project,
    jobs: hostLimits(flags.jobs).slots,
    sandbox: sandboxWanted(flags),
  });
  const arches = gatedArches(subjects, flags);
  return withProgress(terminal, (sink) => findBrokenBuild(subjects, arches, backend, { signal, sink }));
}

const gatedArches = ({ base, patched }: GateSubjects, { arch }: GatingFlags): readonly ArchName[] =>
  wantedArches(
    base.arch.filter((one) => patched.arch.includes(one)),
    arch,
  );

/** Everything about a gate that can be wrong before anything is built. */
function planGate(
  { project, series, subjects, wanted, optional = [] }: GatedSeries,
  flags: GatingFlags,
  { terminal, signal, cwd }: CommandContext,
): Promise<PlannedSuite> {
  const { base, patched } = subjects;
  const arches = gatedArches(subjects, flags);
  const request = {
    specs: wanted,
    optional,
    cases: flags.case ?? [],
    tags: flags.tag ?? [],
    ...withoutUndefined({ arches: arches.length === 0 ? flags.arch : arches }),
    repeat: flags.repeat ?? 1,
    ...(flags.knownFailures === undefined ? {} : { knownFailures: resolve(cwd, flags.knownFailures) }),
  };
  const sandbox = sandboxWanted(flags);
  const { slots: jobs } = hostLimits(flags.jobs);
  const building = (onEvent: EventSink) => ({ jobs, sandbox, signal, onEvent });
  const explain = async (error: unknown) => {
    throw await explainRejection(error, series, { project, tree: treeOf(flags, cwd), signal });
  };
  return withProgress(terminal, (onEvent) =>
    planOnKernels(
      project,
      [base, patched],
      request,
      {
        async settle(kernels, planned) {
          await checkHost(kernels, planned, sandbox);
          const [first = base, second = patched] = kernels;
          return settleSubjects([first, second], { arches: planned, ...building(onEvent) });
        },
        // With the patched kernel's headers; those of the base are seen to when its image is built.
        check: (plan, [, settled = patched]) =>
          checkPrograms(plan, [settled], { project, ...building(onEvent) }).catch(explain),
      },
      (patterns, kernels, planned) =>
        collectTreeTests(patterns, kernels, planned, building(onEvent)).catch(explain),
    ),
  );
}

/** Progress goes away before the result is printed. */
async function withProgress<T>(terminal: Terminal, work: (sink: EventSink) => Promise<T>): Promise<T> {
  using progress = openProgress(terminal);
  return await work(progress.sink);
}
