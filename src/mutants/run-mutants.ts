import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchName } from '../arch/architectures.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import type { PlannedCase } from '../run/plan/plan.ts';
import { unreachable } from '../util/unreachable.ts';
import { brokenMutant, judgeMutant } from './judge/judge-mutant.ts';
import type { MutantResult } from './judge/mutants-record.ts';
import { examineOriginal, type Original } from './original.ts';
import { patienceWith } from './patience.ts';
import { plant, uproot, type Planted } from './plant.ts';
import { runSuite, type SuiteHost } from './run-suite.ts';
import { keepOutcome, summarizeSuite, type SuiteOutcome } from './judge/suite-outcome.ts';
import { goThrough } from './judge/suite-stages.ts';
import { createTrial, type MutantJob, type Trial } from './trial.ts';

/** Receives each result as soon as it is known, and whether it came from the cache. */
export type OnMutant = (result: MutantResult, known: boolean) => void;

/**
 * Plants every bug, one after the other, and shows each to the suite, while the kernel of the next one is being built.
 * Results are cached by content: an interrupted run resumes where it stopped. Throws a UsageError when the
 * suite is not green on a kernel without any bug.
 */
export async function runMutants(
  jobs: readonly MutantJob[],
  host: SuiteHost,
  onResult: OnMutant,
): Promise<readonly MutantResult[]> {
  const originals = new Originals(host);
  const prepare = async (job: MutantJob): Promise<Prepared> => {
    const original = await originals.get(job.kernel, job.arch);
    const trial = createTrial(job, original, host);
    const known = await goThrough(trial.stages, trial.subject, trial.find);
    return known === undefined
      ? { trial, planted: await plant(job.mutant, original, host) }
      : { trial, planted: { kind: 'known', outcome: known } };
  };
  const results: MutantResult[] = [];
  let ahead: Promise<Prepared> | undefined;
  try {
    for (const [index, job] of jobs.entries()) {
      const prepared = await (ahead ?? prepare(job));
      if (host.signal.aborted) break;
      const following = jobs[index + 1];
      ahead = following === undefined ? undefined : prepare(following);
      // It is awaited in the next round, or never if this one throws.
      ahead?.catch(() => {});
      const result = await runPlanted(job, prepared, host);
      if (host.signal.aborted) break;
      onResult(result, prepared.planted.kind === 'known');
      results.push(result);
    }
  } finally {
    await ahead?.catch(() => {});
  }
  return results;
}

interface Prepared {
  readonly trial: Trial;
  readonly planted: Planted | { readonly kind: 'known'; readonly outcome: SuiteOutcome };
}

/** The kernels without bugs, each examined once. */
class Originals {
  readonly #host: SuiteHost;
  readonly #examined = new Map<string, Promise<Original>>();

  constructor(host: SuiteHost) {
    this.#host = host;
  }

  get(kernel: KernelDefinition, arch: ArchName): Promise<Original> {
    const key = `${kernel.id} ${arch}`;
    const original = this.#examined.get(key) ?? examineOriginal(kernel, arch, this.#host);
    this.#examined.set(key, original);
    return original;
  }
}

async function runPlanted(
  { mutant, kernel, arch }: MutantJob,
  { trial, planted }: Prepared,
  host: SuiteHost,
): Promise<MutantResult> {
  const { subject, stages, took, keyOf, find } = trial;
  switch (planted.kind) {
    case 'known':
      return judgeMutant(subject, planted.outcome);
    case 'broken':
      return brokenMutant(subject, planted.problem);
    case 'built': {
      const { definition } = planted;
      host.onStep(`Running the suite on ${definition.id} for ${arch}.`);
      const folder = join(host.folder, mutant.name, kernel.id, arch);
      await rm(folder, { recursive: true, force: true });
      const run = async (stage: readonly PlannedCase[]) => {
        const began = performance.now();
        const plan = stage.map((planned) => ({
          ...planned,
          kernel: definition.id,
          timeoutMs: patienceWith(planned, took),
        }));
        const { results } = await runSuite(plan, definition, folder, host);
        const outcome = summarizeSuite(results, performance.now() - began);
        if (!host.signal.aborted) await keepOutcome(keyOf(stage), outcome);
        return outcome;
      };
      const outcome = await goThrough<never>(
        stages,
        subject,
        async (stage) => (await find(stage)) ?? run(stage),
      );
      await uproot(planted.kernel);
      return judgeMutant(subject, outcome);
    }
    default:
      return unreachable(planted);
  }
}
