import type { ArchName } from '../arch/architectures.ts';
import type { AttachedCounter, CountedLines } from '../coverage/line-counter.ts';
import type { ReachedFile } from '../coverage/reached-lines.ts';
import { BuildError } from '../errors.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import type { Backend } from '../run/execute/backend.ts';
import type { ExecuteOptions } from '../run/execute/execute-plan.ts';
import type { PlannedCase } from '../run/plan/plan.ts';
import type { CaseResult } from '../run/record/record.ts';
import { runPlan, type FinishedRun } from '../run/run.ts';
import { unlessInterrupted } from '../util/unless-interrupted.ts';
import { compareCases, type ComparedCase, type GateKernels } from './cases/gated-cases.ts';
import { reuseBase } from './cases/reuse-base.ts';
import { takeTurns } from './cases/take-turns.ts';
import { countedKernel, seriesUnderTest, tolerateCounted } from './evidence/counted-kernel.ts';
import { ProvenLines } from './evidence/proven-lines.ts';
import type { Witness } from './evidence/witnesses.ts';
import { withoutUndefined } from '../util/without-undefined.ts';
import { FollowUp } from './follow-up.ts';
import type { GateOptions, NotedGateOptions } from './gate-options.ts';

/** What a gate executed, and what it compares. */
export interface ExecutedGate extends FinishedRun {
  readonly cases: readonly ComparedCase[];
  /** Results of earlier gates that stand in for executions on the base, and the runs they come from. */
  readonly reused: readonly CaseResult[];
  readonly reusedRuns: readonly string[];
  /** Id of the kernel with counters, where there is one. */
  readonly counted?: string;
  /** Which lines ran in cases that passed. */
  readonly coverage?: CountedLines;
  /** Cases in which changed lines ran, where none did in a case that passed. */
  readonly unproven?: readonly Witness[];
  /** Which cases ran which added line; absent if nothing counted them. */
  readonly reached?: (arch: ArchName, signal: AbortSignal) => Promise<readonly ReachedFile[]>;
  /** Why lines were not counted although they should have been. */
  readonly uncounted?: string;
}

/**
 * Runs the plan on the base and, in turns with it, on the patched kernel, with line counters if lines are counted.
 * Suspicious cases are repeated without counters, and so are those that stand for the changed lines.
 */
export async function executeGate(
  options: NotedGateOptions,
  plan: readonly PlannedCase[],
  backend: Backend<KernelDefinition>,
): Promise<ExecutedGate> {
  const { subjects, suite, step, counter } = options;
  const { base, patched } = subjects;
  const { counted, problem } = await buildCounted(options, plan, backend);
  const kernels: GateKernels = {
    base: base.id,
    patched: patched.id,
    ...(counted === undefined ? {} : { counted: counted.id }),
  };
  const counting = counted && counter?.attach(backend, counted.id);
  const series = counted && seriesUnderTest(subjects, counted);
  const reusing = { base, backend, reuse: options.reuse, elsewhere: options.execute !== undefined, step };
  const earlier = await reuseBase(planInTurns(plan, kernels), reusing);
  const onPatched = plan.filter(({ kernel }) => kernel === patched.id);
  const proven =
    counting &&
    series &&
    new ProvenLines({ counter: counting, series, onPatched, kernels, signal: step.signal });
  const followUp = new FollowUp({
    plan,
    kernels,
    reused: earlier.reused,
    findWitnesses: async (results) => (await proven?.findWitnesses(results)) ?? [],
  });
  const finished = await runPlan({
    ...suite,
    ...(counted === undefined ? {} : tolerateCounted(suite, patched.id, counted.id)),
    ...options,
    kernels: [base, patched, ...(counted === undefined ? [] : [counted])],
    plan: earlier.plan,
    backend: counting?.backend ?? backend,
    interleave: true,
    execute: executeElsewhere(options, counted?.id, counting),
    followUp: (results) => followUp.next(results),
  });
  const { reused } = followUp;
  await earlier.remember(finished.record.id, finished.record.cases);
  const { cases } = finished.record;
  const coverage = await unlessInterrupted(async () => proven?.describe(cases), undefined, step);
  const unproven = await unlessInterrupted(async () => proven?.findUnproven(cases), undefined, step);
  const reached: ExecutedGate['reached'] =
    counting && series && ((arch, signal) => counting.reached(series, arch, signal));
  return {
    ...finished,
    cases: compareCases(plan, [...finished.record.cases, ...reused], kernels),
    reused,
    reusedRuns: earlier.runs,
    ...(counted === undefined ? {} : { counted: counted.id }),
    ...withoutUndefined({ coverage, unproven, reached, uncounted: problem }),
  };
}

function executeElsewhere(
  { execute, subjects }: GateOptions,
  counted: string | undefined,
  counter: AttachedCounter | undefined,
) {
  if (execute === undefined) return undefined;
  const counting =
    counted === undefined || counter === undefined
      ? undefined
      : { counted, patched: subjects.patched.id, counter };
  return (plan: ExecuteOptions<KernelDefinition>) => execute(plan, counting);
}

/** If only the kernel with counters fails to build, that is not the series' fault: its lines are not counted. */
async function buildCounted(
  { subjects, counter, step }: GateOptions,
  plan: readonly PlannedCase[],
  backend: Backend<KernelDefinition>,
): Promise<{ readonly counted?: KernelDefinition; readonly problem?: string }> {
  if (counter === undefined) return {};
  const counted = countedKernel(subjects.patched);
  try {
    for (const arch of new Set(plan.map((planned) => planned.arch)))
      await backend.buildKernel(counted, arch, step);
    return { counted };
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    const problem = `The kernel with line counters did not build, so nothing says which of the changed lines ran. ${error.message}`;
    step.sink({ type: 'noticed', message: problem });
    return { problem };
  }
}

/** At first, the kernel with counters takes the patched kernel's part of the plan. */
function planInTurns(plan: readonly PlannedCase[], { base, patched, counted = patched }: GateKernels) {
  const first = plan.map((planned) =>
    planned.kernel === patched ? { ...planned, kernel: counted } : planned,
  );
  return takeTurns(first, { base, patched: counted });
}
