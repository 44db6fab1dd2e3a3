import { InfraError } from '../../errors.ts';
import type { Batch } from '../generate/draw-batch.ts';
import { encodeBatch } from '../guest/encode-batch.ts';
import type { FuzzGuest } from '../guest/fuzz-guest.ts';
import { judgeBatch, type Failure } from './judge-batch.ts';
import type { JudgeOptions } from './judge-program.ts';

/** Runs a batch in a guest and judges it. Throws InfraError where the executor itself failed. */
export async function runBatch(
  guest: FuzzGuest,
  batch: Batch,
  judging: JudgeOptions,
): Promise<readonly Failure[]> {
  const encoded = encodeBatch(batch, { operations: judging.operations, numbers: guest.numbers });
  const answered = await guest.run(encoded.bytes);
  if (answered.kind === 'replied' && answered.reply.kind === 'failed')
    throw new InfraError(`The executor could not go on: errno ${answered.reply.errno}.`, {
      code: 'FUZZ_EXECUTOR_FAILED',
    });
  return judgeBatch(batch, encoded, answered, judging);
}
