import type { ArchName } from '../arch/architectures.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import type { PlannedCase } from '../run/plan/plan.ts';
import type { Digest } from '../store/digest.ts';
import { citedCases } from './definition/cited-cases.ts';
import type { MutantSubject } from './judge/judge-mutant.ts';
import type { Mutant } from './definition/mutant.ts';
import type { Original } from './original.ts';
import type { SuiteHost } from './run-suite.ts';
import { findOutcome, outcomeKey, type SuiteOutcome } from './judge/suite-outcome.ts';
import type { Durations } from './patience.ts';
import { stageSuite, type SuiteStages } from './judge/suite-stages.ts';

/** A mutant on one kernel and architecture. */
export interface MutantJob {
  readonly mutant: Mutant;
  readonly kernel: KernelDefinition;
  readonly arch: ArchName;
}

/** What a mutant is shown, and what is known of it already. */
export interface Trial {
  readonly subject: MutantSubject;
  readonly stages: SuiteStages;
  readonly took: Durations;
  /** Where the outcome of a stage is kept. */
  readonly keyOf: (stage: readonly PlannedCase[]) => Digest;
  /** What the suite found in a stage earlier; always undefined when everything runs anew. */
  readonly find: (stage: readonly PlannedCase[]) => Promise<SuiteOutcome | undefined>;
}

/** Prepares what a mutant is shown: the suite in stages, each with its place in the cache. */
export function createTrial({ mutant, kernel, arch }: MutantJob, original: Original, host: SuiteHost): Trial {
  const specs = host.selected.map(({ spec }) => spec);
  const subject: MutantSubject = {
    name: mutant.name,
    kernel: kernel.id,
    arch,
    planned: original.plan.length,
    notice: new Map(mutant.notice.map((reference) => [reference, citedCases(reference, specs, arch)])),
  };
  const keyOf = (stage: readonly PlannedCase[]) => outcomeKey({ ...original, diff: mutant.diff }, stage);
  return {
    subject,
    stages: stageSuite(original.plan, subject, host.whole),
    took: original.took,
    keyOf,
    find: async (stage) => (host.fresh ? undefined : findOutcome(keyOf(stage))),
  };
}
