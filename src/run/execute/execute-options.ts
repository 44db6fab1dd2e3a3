import type { Spec } from '../../spec/spec.ts';
import type { PlannableKernel, PlannedCase } from '../plan/plan.ts';
import type { Allowance } from '../tolerated/allowance.ts';
import type { KnownFailure } from '../tolerated/known-failures.ts';
import type { Backend, Step } from './backend.ts';
import type { PoolLimits } from './job-pool.ts';

/** What executing a plan takes. */
export interface PlanOptions<Kernel extends PlannableKernel> {
  readonly plan: readonly PlannedCase[];
  readonly kernels: readonly Kernel[];
  readonly specs: readonly Spec[];
  readonly backend: Backend<Kernel>;
  readonly limits: PoolLimits;
  /** Whether the kernels of an architecture take turns, case by case in the order of the plan; see Lanes. */
  readonly interleave?: boolean;
  /** Whether nothing further is started once a case has failed. */
  readonly failFast?: boolean;
  /** What the project's allow-list puts up with; by default nothing. */
  readonly allowance?: Allowance;
  /** Cases that are known to fail; by default none. */
  readonly known?: readonly KnownFailure[];
  readonly step: Step;
}
