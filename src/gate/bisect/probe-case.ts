import { isDeepStrictEqual } from 'node:util';
import type { ArchName } from '../../arch/architectures.ts';
import { BuildError, InterruptedError } from '../../errors.ts';
import type { KernelRole } from '../../kernel/definition/kernel.ts';
import { createAllowance } from '../../run/tolerated/allowance.ts';
import type { AllowedSplat } from '../../run/tolerated/allow-list.ts';
import type { PoolLimits } from '../../run/pool/job-pool.ts';
import type { Backend, Step } from '../../run/execute/backend.ts';
import { inapplicableCases, planRun, type PlannableKernel } from '../../run/plan/plan.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { runPlan } from '../../run/run.ts';
import type { Spec, SpecCase } from '../../spec/spec.ts';
import type { ProbeAnswer } from './find-first-bad.ts';

/** One case on one architecture, to be run on each kernel. */
export interface ProbedCase {
  readonly spec: Spec;
  readonly one: SpecCase;
  readonly arch: ArchName;
  /** How often it is run; one bad run makes it bad. */
  readonly repeat: number;
}

/** What every probe needs. */
export interface ProbeContext<Kernel extends PlannableKernel> {
  readonly backend: Backend<Kernel>;
  /** Finds out what a kernel will have, before anything of it is compiled; see settleKernel. */
  readonly settle?: (kernel: Kernel, arch: ArchName) => Promise<Kernel>;
  readonly limits: PoolLimits;
  /** The project's root: records of runs go below its `.kgate`. */
  readonly root: string;
  /** kgate's version. */
  readonly version: string;
  readonly allowed: readonly AllowedSplat[];
  readonly step: Step;
}

/** The verdict on one kernel. */
export interface Probe {
  readonly answer: ProbeAnswer;
  /** Why, as part of a sentence. */
  readonly reason: string;
  /** `not-booted` and `not-built`: the case never ran. */
  readonly kind: 'ran' | 'not-booted' | 'not-built';
  /** Id of the run with the evidence. */
  readonly run?: string;
  /** Why the kernel did not build. */
  readonly error?: BuildError;
}

/** A kernel with its abilities and variant, as far as probing goes. */
export type ProbedKernel = PlannableKernel & { readonly variant: string };

/**
 * Builds a kernel and runs one case on it. The kernel is good if the case meets the expectations of any of the `roles`:
 * halfway through a series a case may still behave as on the base, or already as with the whole series.
 */
export async function probeCase<Kernel extends ProbedKernel>(
  probed: ProbedCase,
  kernel: Kernel,
  roles: readonly KernelRole[],
  context: ProbeContext<Kernel>,
): Promise<Probe> {
  const settled = await settle(probed, kernel, context);
  if ('answer' in settled) return settled;
  let last: Probe | undefined;
  for (const role of distinctRoles(probed, roles)) {
    const probe = await probeAs(probed, { ...settled, role }, context);
    if (probe.answer === 'good') return probe;
    // Bad for one role says nothing if the other was not heard: the case may have met that.
    last = last?.answer === 'cannot-tell' ? last : probe;
    if (probe.kind !== 'ran') break;
  }
  return last ?? { answer: 'cannot-tell', reason: 'it was not asked', kind: 'ran' };
}

/** The kernel with what it will have; or the answer, where that is not what the case requires. */
async function settle<Kernel extends ProbedKernel>(
  { spec, one, arch }: ProbedCase,
  kernel: Kernel,
  context: ProbeContext<Kernel>,
): Promise<Kernel | Probe> {
  try {
    const settled = (await context.settle?.(kernel, arch)) ?? kernel;
    const selected = [{ spec, cases: [one] }];
    const [left] = inapplicableCases({ selected, kernels: [settled], arches: [arch] });
    if (left === undefined) return settled;
    return { answer: 'cannot-tell', reason: `the kernel lacks ${left.lacks.join(', ')}`, kind: 'not-built' };
  } catch (error) {
    return notBuilt(error);
  }
}

function distinctRoles({ one, arch }: ProbedCase, roles: readonly KernelRole[]): readonly KernelRole[] {
  const [first, ...others] = roles;
  if (first === undefined) return [];
  const expected = one.expectations(first, arch);
  return [first, ...others.filter((role) => !isDeepStrictEqual(one.expectations(role, arch), expected))];
}

async function probeAs<Kernel extends ProbedKernel>(
  { spec, one, arch, repeat }: ProbedCase,
  kernel: Kernel,
  context: ProbeContext<Kernel>,
): Promise<Probe> {
  const kernels = [kernel];
  const plan = planRun({ selected: [{ spec, cases: [one] }], kernels, arches: [arch], repeat });
  const allowance = createAllowance(context.allowed, { plan, kernels, complete: false });
  const watched = watchBoots(context.backend);
  try {
    const { record } = await runPlan({
      ...context,
      plan,
      kernels,
      specs: [spec],
      allowance,
      backend: watched.backend,
    });
    if (context.step.signal.aborted) throw new InterruptedError();
    return { ...judge(record.cases, watched.failedBoot()), run: record.id };
  } catch (error) {
    return notBuilt(error);
  }
}

function notBuilt(error: unknown): Probe {
  if (!(error instanceof BuildError)) throw error;
  return { answer: 'cannot-tell', reason: `it does not build: ${error.message}`, kind: 'not-built', error };
}

/** Notices a kernel that failed to boot: that says nothing about the case. */
function watchBoots<Kernel extends PlannableKernel>(backend: Backend<Kernel>) {
  let failed: string | undefined;
  const watching: Backend<Kernel> = {
    ...backend,
    async openTemplate(request, step) {
      const opening = await backend.openTemplate(request, step);
      if (opening.kind === 'boot-failed') failed = opening.failure.summary;
      return opening;
    },
  };
  return { backend: watching, failedBoot: () => failed };
}

function judge(results: readonly CaseResult[], failedBoot: string | undefined): Omit<Probe, 'run'> {
  if (failedBoot !== undefined)
    return { answer: 'cannot-tell', reason: `it does not boot: ${failedBoot}`, kind: 'not-booted' };
  const bad = results.filter(({ outcome }) => ['failed', 'crashed', 'hung'].includes(outcome));
  const [worst] = bad;
  if (worst !== undefined) {
    const share = results.length > 1 ? ` in ${bad.length} of ${results.length} runs` : '';
    return { answer: 'bad', reason: `${worst.outcome}${share}: ${explain(worst)}`, kind: 'ran' };
  }
  const other = results.find(({ outcome }) => outcome !== 'passed');
  if (other !== undefined || results.length === 0) {
    const why = other === undefined ? 'nothing was executed' : `${other.outcome}: ${explain(other)}`;
    return { answer: 'cannot-tell', reason: why, kind: 'ran' };
  }
  return { answer: 'good', reason: 'passed', kind: 'ran' };
}

function explain({ splat, problems, skipReason }: CaseResult): string {
  return splat?.title ?? problems[0] ?? skipReason ?? 'no reason was given';
}
