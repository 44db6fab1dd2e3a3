import type { Spec } from '../../spec/spec.ts';
import type { PlannableKernel, PlannedCase } from '../plan/plan.ts';
import type { Allowance } from '../tolerated/allowance.ts';
import type { KnownEntry } from '../tolerated/known-failures.ts';
import type { Backend, Step } from './backend.ts';
import type { PoolLimits } from '../pool/job-pool.ts';

/** Options for executing a plan. */
export interface PlanOptions<Kernel extends PlannableKernel> {
  readonly plan: readonly PlannedCase[];
  readonly kernels: readonly Kernel[];
  readonly specs: readonly Spec[];
  readonly backend: Backend<Kernel>;
  readonly limits: PoolLimits;
  /** Whether the kernels of an architecture take turns, case by case in plan order; see Lanes. */
  readonly interleave?: boolean;
  /** Whether to start nothing more once a case has failed. */
  readonly failFast?: boolean;
  /** Whether to keep the guests of cases that fail, to look into them later. */
  readonly keepFailed?: boolean;
  /** Splats that the project's allow-list tolerates; by default none. */
  readonly allowance?: Allowance;
  /** Cases that are known to fail; by default none. */
  readonly known?: readonly KnownEntry[];
  readonly step: Step;
}
