import { caseTitle, type PlannableKernel, type PlannedCase } from './plan/plan.ts';
import type { CaseResult } from './record/record.ts';
import { runPlan, type RunOptions } from './run.ts';

/** The end of one case of a shared run. */
export type CaseAnswer =
  | { readonly kind: 'executed'; readonly result: CaseResult }
  /** The run ended without it. */
  | { readonly kind: 'not-executed'; readonly reasons: readonly string[] }
  /** The run failed as a whole. */
  | { readonly kind: 'failed-run'; readonly error: unknown };

/** One run whose cases are awaited one by one. It starts with the first request; disposing of it stops it. */
export class SharedRun<Kernel extends PlannableKernel> implements AsyncDisposable {
  readonly #options: RunOptions<Kernel>;
  readonly #abort = new AbortController();
  readonly #answers = new Map<string, PromiseWithResolvers<CaseAnswer>>();
  #running: Promise<void> | undefined;

  constructor(options: RunOptions<Kernel>) {
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
    const { step } = this.#options;
    try {
      const { record } = await runPlan({
        ...this.#options,
        step: {
          signal: AbortSignal.any([step.signal, this.#abort.signal]),
          sink: (event) => {
            step.sink(event);
            if (event.type !== 'case-finished') return;
            const { result } = event;
            this.#answers.get(caseTitle(result))?.resolve({ kind: 'executed', result });
          },
        },
      });
      this.#answerRest({ kind: 'not-executed', reasons: record.reasons });
    } catch (error) {
      this.#answerRest({ kind: 'failed-run', error });
    }
  }

  /** The first answer stands. */
  #answerRest(answer: CaseAnswer): void {
    for (const { resolve } of this.#answers.values()) resolve(answer);
  }
}
