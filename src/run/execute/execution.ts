import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import type { PlannedCase } from '../plan/plan.ts';
import type { CaseResult, RunRecord } from '../record/record.ts';

/** What was executed: everything planned, or the cases finished before the run was interrupted. */
export interface Execution {
  readonly results: readonly CaseResult[];
  readonly kernels: readonly RunKernel[];
  readonly accelerators: RunRecord['accelerators'];
  /** The emulators of the guests, as they name themselves, where they are not this host's. */
  readonly emulators?: RunRecord['host']['qemu'];
  /** Kernels' complaints while they booted, one sentence each. */
  readonly bootComplaints: readonly string[];
}

/** What a record says of a kernel. */
export type RunKernel = RunRecord['kernels'][number];

/** Collects results, in any order. */
export class ExecutionLog {
  /** A planned case, and what its program reported besides. */
  readonly #results = new Map<PlannedCase, readonly CaseResult[]>();
  readonly #kernels: BuiltKernel[] = [];
  readonly #accelerators: RunRecord['accelerators'] = {};
  readonly #complaints = new Set<string>();

  addResults(planned: PlannedCase, results: readonly CaseResult[]): void {
    this.#results.set(planned, results);
  }

  addKernel(kernel: BuiltKernel): void {
    this.#kernels.push(kernel);
  }

  addBoot(arch: BuiltKernel['arch'], accelerator: AcceleratorChoice, complaints: readonly string[]): void {
    this.#accelerators[arch] = accelerator;
    for (const complaint of complaints) this.#complaints.add(complaint);
  }

  /** The kernel that a case was planned on, once it is built. */
  builtFor({ kernel, arch }: PlannedCase): BuiltKernel | undefined {
    return this.#kernels.find((one) => one.id === kernel && one.arch === arch);
  }

  /** Everything so far, with results in plan order. */
  inOrderOf(plan: readonly PlannedCase[]): Execution {
    return {
      results: plan.flatMap((planned) => this.#results.get(planned) ?? []),
      kernels: this.#kernels,
      accelerators: this.#accelerators,
      bootComplaints: [...this.#complaints],
    };
  }
}

type AcceleratorChoice = NonNullable<RunRecord['accelerators'][BuiltKernel['arch']]>;
