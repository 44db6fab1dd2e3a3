import type { Batch } from '../generate/draw-batch.ts';
import { encodeBatch, type Vocabulary } from '../guest/encode-batch.ts';
import { startFuzzGuest, type FuzzGuest } from '../guest/fuzz-guest.ts';
import type { GuestSupply } from '../guest/open-supply.ts';
import { judgeBatch, type Failure } from '../judge/judge-batch.ts';
import type { Operation } from '../language/operation.ts';

/** Runs one batch after the other, each in a guest that nothing bad has happened in. */
export interface Bench extends AsyncDisposable {
  /** What the batch showed. A fresh guest on request, else the last one if it is still good. */
  run(batch: Batch, how?: { readonly fresh?: boolean }): Promise<readonly Failure[]>;
  /** Batches that were run. */
  readonly runs: number;
}

export interface BenchOptions {
  readonly supply: GuestSupply;
  readonly operations: ReadonlyMap<string, Operation>;
  readonly signal: AbortSignal;
}

/** A bench for investigating what was found. */
export function openBench({ supply, operations, signal }: BenchOptions): Bench {
  let guest: FuzzGuest | undefined;
  let runs = 0;
  const release = async (): Promise<void> => {
    const last = guest;
    guest = undefined;
    await last?.[Symbol.asyncDispose]();
  };
  return {
    async run(batch, { fresh = false } = {}) {
      if (fresh) await release();
      guest ??= await startFuzzGuest(supply, signal);
      runs += 1;
      const vocabulary: Vocabulary = { operations, numbers: guest.numbers };
      const encoded = encodeBatch(batch, vocabulary);
      const answered = await guest.run(encoded.bytes);
      const failures = judgeBatch(batch, encoded, answered, { operations, kernel: supply.facts });
      // Processes are new for each batch; a kernel that reported something is not used again.
      if (failures.some(({ kind }) => kind !== 'divergence' && kind !== 'count')) await release();
      return failures;
    },
    get runs() {
      return runs;
    },
    [Symbol.asyncDispose]: release,
  };
}
