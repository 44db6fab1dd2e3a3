import type { ArchName } from '../arch/architectures.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import { executePlan } from '../run/execute/execute-plan.ts';
import type { PoolLimits } from '../run/pool/job-pool.ts';
import type { Backend, Step } from '../run/execute/backend.ts';
import type { AllowedSplat } from '../run/tolerated/allow-list.ts';
import { createAllowance, type Allowance } from '../run/tolerated/allowance.ts';
import type { PlannedCase, SelectedSpec } from '../run/plan/plan.ts';
import type { CaseResult } from '../run/record/record.ts';
import type { Spec } from '../spec/spec.ts';

/** Inputs for every run of the suite, on any kernel. */
export interface SuiteHost {
  readonly selected: readonly SelectedSpec[];
  readonly backend: Backend<KernelDefinition>;
  /** The project's allow-list. */
  readonly allowed: readonly AllowedSplat[];
  readonly limits: PoolLimits;
  /** Where the consoles of the cases go, in a folder for each kernel and architecture. */
  readonly folder: string;
  /** Whether to ignore earlier results and run everything again. */
  readonly fresh: boolean;
  /** Whether a mutant is shown to the whole suite even when the cases that its header names convict it. */
  readonly whole: boolean;
  /** The command that runs this suite on a kernel by its id, without any planted bug. */
  readonly commandFor: (kernel: string, arch: ArchName) => string;
  readonly signal: AbortSignal;
  /** Receives each step, as a sentence. */
  readonly onStep: (text: string) => void;
}

/** The suite's results on one kernel, and the kernel's complaints while booting. */
export interface SuiteRun {
  readonly results: readonly CaseResult[];
  readonly bootComplaints: readonly string[];
}

/** A bug that hangs this many cases is as good as detected; each further one would cost its whole deadline. */
const HUNG_CASES = 3;

/** Executes the suite on one kernel; stops early when the kernel hangs again and again. */
export async function runSuite(
  plan: readonly PlannedCase[],
  kernel: KernelDefinition,
  folder: string,
  { selected, backend, allowed, limits, signal }: SuiteHost,
): Promise<SuiteRun> {
  const specs = selected.map(({ spec }) => spec);
  const allowance = createAllowance(allowed, { plan, kernels: [kernel], complete: false });
  return showToCases(plan, kernel, folder, { specs, backend, allowance, limits, signal });
}

/** Inputs for showing a kernel to cases. */
export interface CaseHost extends Pick<SuiteHost, 'backend' | 'limits' | 'signal'> {
  readonly specs: readonly Spec[];
  readonly allowance: Allowance;
  /** Whether one case that goes wrong is enough. */
  readonly failFast?: boolean;
}

/** Executes cases on one kernel, likewise. */
export async function showToCases(
  plan: readonly PlannedCase[],
  kernel: KernelDefinition,
  folder: string,
  { specs, backend, allowance, limits, failFast = false, signal }: CaseHost,
): Promise<SuiteRun> {
  const enough = new AbortController();
  let hung = 0;
  const step: Step = {
    signal: AbortSignal.any([signal, enough.signal]),
    sink: (event) => {
      if (event.type !== 'case-finished' || event.result.outcome !== 'hung') return;
      hung += 1;
      if (hung >= HUNG_CASES) enough.abort();
    },
  };
  const { results, bootComplaints } = await executePlan({
    plan,
    kernels: [kernel],
    specs,
    backend,
    limits,
    failFast,
    allowance,
    folder: { id: kernel.id, path: folder },
    began: performance.now(),
    step,
  });
  return { results, bootComplaints };
}
