import { cpus, totalmem } from 'node:os';
import { UsageError } from '../errors.ts';
import { executePlan, type ExecuteOptions } from './execute/execute-plan.ts';
import type { PlanOptions } from './execute/execute-options.ts';
import type { Execution, RunKernel } from './execute/execution.ts';
import { reviewKnown, type KnownFailure } from './tolerated/known-failures.ts';
import type { InapplicableCase, PlannableKernel, PlannedCase } from './plan/plan.ts';
import { RUN_RECORD_VERSION, type Asked, type CaseResult, type RunRecord } from './record/record.ts';
import { PreparationLog } from './record/preparation-log.ts';
import {
  createRunFolder,
  createRunId,
  removeRunFolder,
  saveRunRecord,
  type RunFolder,
} from './record/run-folder.ts';
import type { ShardRecord } from './plan/shard.ts';
import { countOutcomes, judgeRun } from './judge/judge-run.ts';
import { unlessInterrupted } from '../util/unless-interrupted.ts';
import { withoutUndefined } from '../util/without-undefined.ts';

export interface RunOptions<Kernel extends PlannableKernel> extends PlanOptions<Kernel> {
  /** The project's root: the record goes below its `.kgate`. */
  readonly root: string;
  /** kgate's version. */
  readonly version: string;
  /** Cases left out of the plan, for the record. */
  readonly inapplicable?: readonly InapplicableCase[];
  /** Cases that are known to fail; by default none. */
  readonly known?: readonly KnownFailure[];
  /** Whether the run fails when the case of an entry of that list passes. */
  readonly strictKnown?: boolean;
  /** What has to be said again to run a case of it, for the record. */
  readonly asked?: Asked | undefined;
  /** The part of a plan that this one is, for the record. */
  readonly shard?: ShardRecord;
  /** What notes builds and boots already, where some came before the run. */
  readonly preparations?: PreparationLog;
  /** Executes plans elsewhere than on this host, by default on it. */
  readonly execute?: ((options: ExecuteOptions<Kernel>) => Promise<Execution>) | undefined;
  /**
   * Names further cases to execute, given the results so far. Asked once everything planned was executed, and again
   * until it names none; never after an interruption.
   */
  readonly followUp?: (results: readonly CaseResult[]) => Promise<readonly PlannedCase[]>;
}

/** A finished run and the place of its record. */
export interface FinishedRun {
  readonly record: RunRecord;
  readonly folder: RunFolder;
}

/**
 * Executes a plan, judges the whole and writes the run record. An interrupted run leaves a record that says so; one
 * that ends in an error, such as a build that fails, leaves nothing.
 */
export async function runPlan<Kernel extends PlannableKernel>(
  given: RunOptions<Kernel>,
): Promise<FinishedRun> {
  const started = new Date();
  const began = performance.now();
  const { options, preparations } = noting(given);
  const { plan, step, limits } = options;
  requireDistinctKernels(options.kernels);
  const folder = await createRunFolder(options.root, createRunId(started, Math.random()));
  try {
    step.sink({ type: 'run-planned', cases: plan.length, jobs: limits.slots, folder: folder.path });
    const { plan: executed, execution } = await executeAll({ ...options, folder, began });
    const record = {
      id: folder.id,
      kgate: options.version,
      started: started.toISOString(),
      ms: Math.round(performance.now() - began),
      preparations: preparations.since(began),
      ...(await describeExecution({ ...options, plan: executed }, execution)),
    };
    const complete: RunRecord = { version: RUN_RECORD_VERSION, ...record };
    await saveRunRecord(folder, complete);
    step.sink({ type: 'run-finished', record: complete });
    return { record: complete, folder };
  } catch (error) {
    await removeRunFolder(folder);
    throw error;
  }
}

/** Whoever has a log of preparations hands events through it already. */
function noting<Kernel extends PlannableKernel>(options: RunOptions<Kernel>) {
  if (options.preparations !== undefined) return { options, preparations: options.preparations };
  const preparations = new PreparationLog(options.step.sink);
  return { options: { ...options, step: { ...options.step, sink: preparations.sink } }, preparations };
}

/** Executes the plan, then the cases that its results made necessary. */
async function executeAll<Kernel extends PlannableKernel>(
  options: RunOptions<Kernel> & { readonly folder: RunFolder; readonly began: number },
): Promise<{ readonly plan: readonly PlannedCase[]; readonly execution: Execution }> {
  const { limits, folder, step, followUp, execute = executePlan } = options;
  let { plan } = options;
  let execution = await execute(options);
  for (;;) {
    const more = await unlessInterrupted(async () => (await followUp?.(execution.results)) ?? [], [], step);
    if (more.length === 0) return { plan, execution };
    plan = [...plan, ...more];
    step.sink({ type: 'run-planned', cases: plan.length, jobs: limits.slots, folder: folder.path });
    execution = addExecutions(execution, await execute({ ...options, plan: more }));
  }
}

function addExecutions(before: Execution, again: Execution): Execution {
  return {
    results: [...before.results, ...again.results],
    kernels: uniqueKernels([...before.kernels, ...again.kernels]),
    accelerators: { ...before.accelerators, ...again.accelerators },
    emulators: { ...before.emulators, ...again.emulators },
    bootComplaints: [...new Set([...before.bootComplaints, ...again.bootComplaints])],
  };
}

function uniqueKernels(kernels: readonly RunKernel[]): RunKernel[] {
  return [...new Map(kernels.map((kernel) => [`${kernel.id} ${kernel.arch}`, kernel])).values()];
}

async function describeExecution<Kernel extends PlannableKernel>(
  {
    plan,
    backend,
    step,
    allowance,
    inapplicable = [],
    known = [],
    strictKnown = false,
    shard,
    asked,
  }: RunOptions<Kernel>,
  { results, kernels, accelerators, emulators, bootComplaints }: Execution,
) {
  const arches = [...new Set(plan.map(({ arch }) => arch))];
  const recovered = reviewKnown(known, results);
  const complaints = [
    ...bootComplaints,
    ...(allowance?.complaints() ?? []),
    ...(strictKnown ? recovered : []),
  ];
  const notices = strictKnown ? [] : recovered;
  const { verdict, reasons } = judgeRun(plan, results, step.signal.aborted, complaints);
  return {
    host: {
      cpus: cpus().length,
      memoryMiB: Math.floor(totalmem() / 2 ** 20),
      qemu: Object.fromEntries(
        await Promise.all(
          arches.map(
            async (arch) => [arch, emulators?.[arch] ?? (await backend.emulatorVersion(arch))] as const,
          ),
        ),
      ),
    },
    accelerators,
    kernels: kernels.map(describeKernel),
    cases: [...results],
    totals: countOutcomes(results),
    planned: plan.length,
    ...(inapplicable.length === 0
      ? {}
      : { inapplicable: inapplicable.map((one) => ({ ...one, lacks: [...one.lacks] })) }),
    ...withoutUndefined({ shard, asked }),
    ...(notices.length === 0 ? {} : { notices }),
    verdict,
    reasons: [...reasons],
  };
}

function describeKernel({ id, arch, role, variant, release, buildId, digest, compiler }: RunKernel) {
  return { id, arch, role, variant, release, buildId, digest, compiler };
}

/** Kernel files can come from anywhere; two with the same id could not be told apart. */
function requireDistinctKernels(kernels: readonly PlannableKernel[]): void {
  const ids = kernels.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice === undefined) return;
  throw new UsageError(`Two kernels of this run are called "${twice}".`, {
    code: 'RUN_KERNEL_AMBIGUOUS',
    hint: 'Name each kernel once, or change "kernel:" in one of the kernel files.',
  });
}
