import type { PlannedCase } from '../run/plan/plan.ts';
import type { CaseResult } from '../run/record/record.ts';
import type { Witness } from './evidence/witnesses.ts';
import { caseKey, compareCases, type GateKernels } from './cases/gated-cases.ts';
import { booted, findSuspicious, findUndecided, planRepeats } from './cases/repeat-suspicious.ts';
import { withdrawReused } from './cases/reuse-base.ts';

export interface FollowUpOptions {
  /** Every case on base and patched kernel. */
  readonly plan: readonly PlannedCase[];
  readonly kernels: GateKernels;
  /** Results of earlier gates that stand in for executions on the base. */
  readonly reused: readonly CaseResult[];
  /** The cases by which the changed lines were executed, given the results so far. */
  readonly findWitnesses: (results: readonly CaseResult[]) => Promise<readonly Witness[]>;
}

/**
 * What a gate goes on to execute in the light of what it has seen: suspicious cases on both kernels; and, on the
 * patched kernel without counters, the cases that stand for the changed lines, or all cases if the kernel with counters
 * does not boot. Where such a case is not right, the next one stands for its lines.
 */
export class FollowUp {
  readonly #options: FollowUpOptions;
  #reused: readonly CaseResult[];
  readonly #repeated = new Set<string>();
  readonly #repeatedFurther = new Set<string>();
  /** What was asked for on the patched kernel without counters. */
  readonly #onPatched = new Set<string>();

  constructor(options: FollowUpOptions) {
    this.#options = options;
    this.#reused = options.reused;
  }

  /** The results of earlier gates that still stand. */
  get reused(): readonly CaseResult[] {
    return this.#reused;
  }

  async next(results: readonly CaseResult[]): Promise<readonly PlannedCase[]> {
    const { plan, kernels } = this.#options;
    const compared = compareCases(plan, [...results, ...this.#reused], kernels);
    const suspicious = without(findSuspicious(compared), this.#repeated);
    const undecided = without(without(findUndecided(compared), suspicious), this.#repeatedFurther);
    const { kept, withdrawn } = withdrawReused(this.#reused, results, suspicious);
    this.#reused = kept;
    const again = new Set(withdrawn.map(caseKey));
    for (const key of suspicious) {
      this.#repeated.add(key);
      this.#onPatched.add(key);
    }
    for (const key of undecided) this.#repeatedFurther.add(key);
    const once = await this.#onceOnPatched(results);
    return [
      ...plan.filter((planned) => planned.kernel === kernels.base && again.has(caseKey(planned))),
      ...once,
      ...planRepeats(plan, suspicious, kernels),
      ...planRepeats(plan, undecided, kernels, 'further'),
    ];
  }

  async #onceOnPatched(results: readonly CaseResult[]): Promise<readonly PlannedCase[]> {
    const { plan, kernels, findWitnesses } = this.#options;
    if (kernels.counted === undefined) return [];
    const witnesses = (await findWitnesses(results)).map(caseKey);
    const unheard = results.filter((one) => one.kernel === kernels.counted && !booted([one])).map(caseKey);
    const wanted = without(new Set([...witnesses, ...unheard]), this.#onPatched);
    for (const key of wanted) this.#onPatched.add(key);
    return plan.filter(
      (planned) => planned.kernel === kernels.patched && planned.repeat === 1 && wanted.has(caseKey(planned)),
    );
  }
}

const without = (some: ReadonlySet<string>, others: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...some].filter((one) => !others.has(one)));
