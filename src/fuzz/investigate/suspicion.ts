import type { Batch } from '../generate/draw-batch.ts';
import type { Failure } from '../judge/judge-batch.ts';

export interface NumberedBatch {
  readonly batch: Batch;
  /** Under the seed. */
  readonly number: number;
}

/** A batch that failed, and how. */
export interface Suspicion extends NumberedBatch {
  readonly failure: Failure;
  /** Others that may have caused it, where the kernel said something: the last ones that ran, and those behind. */
  readonly others: readonly NumberedBatch[];
}

const isTrouble = ({ failure }: Suspicion): boolean => failure.kind === 'trouble';

/** What the kernel said may be due to any of the batches that were under way, or to the one before. */
export function joinTroubles<S extends Suspicion>(
  suspicions: readonly S[],
  last: NumberedBatch | undefined,
): readonly S[] {
  const [first, ...others] = suspicions.filter(isTrouble);
  if (first === undefined) return suspicions;
  const suspects = [...(last === undefined ? [] : [last]), ...others];
  return [{ ...first, others: suspects }, ...suspicions.filter((one) => !isTrouble(one))];
}
