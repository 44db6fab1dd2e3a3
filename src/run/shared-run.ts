import type { Step } from './execute/backend.ts';
import { caseTitle, type InapplicableCase, type PlannableKernel, type PlannedCase } from './plan/plan.ts';
import { hasFailed } from './plan/last-failed.ts';
import type { CaseResult } from './record/record.ts';
import { runPlan, type RunOptions } from './run.ts';

/** The end of one case of a shared run. */
export type CaseAnswer =
  | { readonly kind: 'executed'; readonly result: CaseResult }
  /** The kernel turned out to lack what the case requires. */
  | { readonly kind: 'inapplicable'; readonly lacks: readonly string[] }
  /** The run ended without it. */
  | { readonly kind: 'not-executed'; readonly reasons: readonly string[] }
  /** The run failed as a whole. */
  | { readonly kind: 'failed-run'; readonly error: unknown };

/** What is known of a run only once its kernels are configured. */
export type SettledRun<Kernel extends PlannableKernel> = Pick<RunOptions<Kernel>, 'plan' | 'kernels'> & {
  readonly inapplicable: readonly InapplicableCase[];
};

export interface SharedRunOptions<Kernel extends PlannableKernel> extends RunOptions<Kernel> {
  /** Finds out, when the run starts, what its kernels have. */
  readonly settle?: (step: Step) => Promise<SettledRun<Kernel>>;
}

/** One run whose cases are awaited one by one. It starts with the first request; disposing of it stops it. */
export class SharedRun<Kernel extends PlannableKernel> implements AsyncDisposable {
  readonly #options: SharedRunOptions<Kernel>;
  readonly #abort = new AbortController();
  readonly #answers = new Map<string, PromiseWithResolvers<CaseAnswer>>();
  #running: Promise<void> | undefined;

  constructor(options: SharedRunOptions<Kernel>) {
    this.#options = options;
    for (const planned of options.plan) this.#answers.set(caseTitle(planned), Promise.withResolvers());
  }

  /** Waits for the end of a planned case. Never rejects. */
  async answer(planned: PlannedCase): Promise<CaseAnswer> {
    this.#running ??= this.#run();
    const answer = this.#answers.get(caseTitle(planned));
    return answer?.promise ?? { kind: 'not-executed', reasons: ['It was not planned.'] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { settle } = this.#options;
    const step = this.#step();
    try {
      const settled = await settle?.(step);
      for (const one of settled?.inapplicable ?? [])
        this.#answer({ ...one, repeat: 1 }, { kind: 'inapplicable', lacks: one.lacks });
      // What turned out to be possible besides has no test that waits for it.
      const plan = (settled ?? this.#options).plan.filter((one) => this.#answers.has(caseTitle(one)));
      if (plan.length === 0) return;
      const { record } = await runPlan({ ...this.#options, ...settled, plan, step });
      this.#answerRest({ kind: 'not-executed', reasons: record.reasons });
    } catch (error) {
      this.#answerRest({ kind: 'failed-run', error });
    }
  }

  #step(): Step {
    const { signal, sink } = this.#options.step;
    return {
      signal: AbortSignal.any([signal, this.#abort.signal]),
      sink: (event) => {
        sink(event);
        if (event.type === 'case-finished') this.#takeResult(event.result);
      },
    };
  }

  /** Who waits for a program gets the worst of what it reported, which comes first: a single test is never waited for. */
  #takeResult(result: CaseResult): void {
    if (result.of === undefined) this.#answer(result, { kind: 'executed', result });
    else if (hasFailed(result)) this.#answer({ ...result, case: result.of }, { kind: 'executed', result });
  }

  #answer(one: Parameters<typeof caseTitle>[0], answer: CaseAnswer): void {
    this.#answers.get(caseTitle(one))?.resolve(answer);
  }

  /** The first answer stands. */
  #answerRest(answer: CaseAnswer): void {
    for (const { resolve } of this.#answers.values()) resolve(answer);
  }
}
