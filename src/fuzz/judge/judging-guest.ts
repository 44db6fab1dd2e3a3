import { startFuzzGuest } from '../guest/fuzz-guest.ts';
import type { GuestSupply } from '../guest/open-supply.ts';
import type { Batch } from '../generate/draw-batch.ts';
import type { Operation } from '../language/operation.ts';
import type { Failure } from './judge-batch.ts';
import { runBatch } from './run-batch.ts';

/** A guest of one kernel that runs and judges batches. */
export interface JudgingGuest extends AsyncDisposable {
  /** False once the kernel has done what no program may make it do. */
  readonly isUsable: boolean;
  /** Throws InfraError where the harness failed. */
  run(batch: Batch): Promise<readonly Failure[]>;
}

/** Starts a guest in QEMU. */
export async function startJudging(
  supply: GuestSupply,
  operations: ReadonlyMap<string, Operation>,
  signal: AbortSignal,
): Promise<JudgingGuest> {
  const guest = await startFuzzGuest(supply, signal);
  return {
    get isUsable() {
      return guest.isUsable;
    },
    run: (batch) => runBatch(guest, batch, { operations, kernel: supply.facts }),
    [Symbol.asyncDispose]: () => guest[Symbol.asyncDispose](),
  };
}
