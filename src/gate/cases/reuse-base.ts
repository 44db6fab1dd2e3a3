import type { ArchName } from '../../arch/architectures.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { Backend, Step } from '../../run/execute/backend.ts';
import type { PlannedCase } from '../../run/plan/plan.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { shapeKey } from '../../run/plan/shape-key.ts';
import { asResult, BaseResults } from './base-results.ts';
import { caseKey } from './gated-cases.ts';

/** A plan without what earlier gates already know about the same base. */
export interface ReusingPlan {
  readonly plan: readonly PlannedCase[];
  /** Stand in for executions that the plan leaves out. */
  readonly reused: readonly CaseResult[];
  /** The runs that they come from. */
  readonly runs: readonly string[];
  /** Keeps this gate's results on the base for the next one. */
  remember(run: string, results: readonly CaseResult[]): Promise<void>;
}

export interface ReuseOptions {
  readonly base: KernelDefinition;
  readonly backend: Backend<KernelDefinition>;
  /** If false, nothing is left out; results are kept all the same. */
  readonly reuse: boolean;
  /** Whether the plan is executed on other hosts: their results say nothing of this one, nor its results of them. */
  readonly elsewhere?: boolean;
  readonly step: Step;
}

/**
 * Leaves out of a plan what an earlier gate found right with the same base kernel, image, emulator and processor, for
 * the same case with the same expectations. The first case of each machine is executed anyway: its boot is needed for
 * comparison, and it shows which accelerator guests have today.
 */
export async function reuseBase(
  plan: readonly PlannedCase[],
  { base, backend, reuse, elsewhere = false, step }: ReuseOptions,
): Promise<ReusingPlan> {
  if (elsewhere) return { plan, reused: [], runs: [], remember: () => Promise.resolve() };
  // A program that judges itself is executed each time: which tests it reports is part of what it says.
  const ofBase = plan.filter(({ kernel, command }) => kernel === base.id && command === undefined);
  const stores = new Map<ArchName, BaseResults>();
  for (const arch of new Set(ofBase.map((planned) => planned.arch))) {
    const kernel = await backend.buildKernel(base, arch, step);
    const image = await backend.buildImage(kernel, step);
    const qemu = await backend.emulatorVersion(arch);
    stores.set(arch, await BaseResults.load({ kernel, image, qemu }, { signal: step.signal }));
  }
  const proofs = new Set(
    [...Map.groupBy(ofBase, ({ arch, shape }) => `${arch} ${shapeKey(shape)}`).values()].map(
      ([first]) => first,
    ),
  );
  const found = new Map<PlannedCase, CaseResult>();
  const runs = new Set<string>();
  for (const planned of ofBase) {
    if (!reuse || proofs.has(planned)) continue;
    const known = stores.get(planned.arch)?.find(planned);
    if (known === undefined) continue;
    found.set(planned, asResult(planned, known));
    runs.add(known.run);
  }
  return {
    plan: plan.filter((planned) => !found.has(planned)),
    reused: [...found.values()],
    runs: [...runs],
    async remember(run, results) {
      const executed = Map.groupBy(
        results.filter(({ kernel }) => kernel === base.id),
        caseKey,
      );
      for (const [arch, store] of stores) {
        const cases = ofBase
          .filter((planned) => planned.arch === arch)
          .map((planned) => ({ planned, results: executed.get(caseKey(planned)) ?? [] }))
          .filter((one) => one.results.length > 0);
        await store.remember(run, cases);
      }
    },
  };
}

/**
 * What reused results cannot stand in for after all: suspicious cases, and everything if guests now have a different
 * accelerator.
 */
export function withdrawReused(
  reused: readonly CaseResult[],
  results: readonly CaseResult[],
  suspicious: ReadonlySet<string>,
): { readonly kept: readonly CaseResult[]; readonly withdrawn: readonly CaseResult[] } {
  const today = new Map(results.flatMap(({ arch, accel }) => (accel === undefined ? [] : [[arch, accel]])));
  const stands = (one: CaseResult) => today.get(one.arch) === one.accel && !suspicious.has(caseKey(one));
  const parts = Map.groupBy(reused, (one) => stands(one));
  return { kept: parts.get(true) ?? [], withdrawn: parts.get(false) ?? [] };
}
