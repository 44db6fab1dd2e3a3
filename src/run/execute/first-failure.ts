import { InterruptedError } from '../../errors.ts';

/**
 * The first failure among concurrent tasks. It stops the others through `signal`; their InterruptedErrors are mere
 * consequences. An abort from outside stops everything too, but is not a failure.
 */
export class FirstFailure {
  /** Aborted by the first failure, or from outside. */
  readonly signal: AbortSignal;
  readonly #outside: AbortSignal;
  readonly #stop = new AbortController();
  #first: { readonly error: unknown } | undefined;

  constructor(outside: AbortSignal) {
    this.#outside = outside;
    this.signal = AbortSignal.any([outside, this.#stop.signal]);
  }

  /** Does work and keeps its failure if it is the first; never rejects. */
  async guard(work: () => Promise<void>): Promise<void> {
    if (this.signal.aborted) return;
    try {
      await work();
    } catch (error) {
      const consequence = error instanceof InterruptedError && this.signal.aborted;
      if (!consequence && !this.#outside.aborted) this.#first ??= { error };
      this.#stop.abort();
    }
  }

  /** Throws the first failure, if there was one. */
  rethrow(): void {
    if (this.#first !== undefined) throw this.#first.error;
  }
}
