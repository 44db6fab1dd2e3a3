import { signatureOf, type Failure } from '../judge/judge-batch.ts';

/** Base and patched kernel. */
export type Side = 'base' | 'patched';
export type Sides<T> = Readonly<Record<Side, T>>;

export const otherSide = (side: Side): Side => (side === 'base' ? 'patched' : 'base');

/** What a batch showed on one kernel only, or on both. */
export interface Difference {
  readonly seenOn: Side | 'both';
  readonly failure: Failure;
}

/** Compares what one batch showed on both kernels. Where one of them did not get through it, only that counts. */
export function findDifferences(failures: Sides<readonly Failure[]>): readonly Difference[] {
  const { base, patched } = comparable(failures);
  const [before, after] = [new Set(base.map(keyOf)), new Set(patched.map(keyOf))];
  return [
    ...patched.map((failure): Difference => ({
      seenOn: before.has(keyOf(failure)) ? 'both' : 'patched',
      failure,
    })),
    ...base.flatMap((failure): Difference[] =>
      after.has(keyOf(failure)) ? [] : [{ seenOn: 'base', failure }],
    ),
  ];
}

/** Whether a kernel did not get through a batch: what its programs would have shown is not known. */
export const endsBatch = ({ kind }: Failure): boolean => kind === 'trouble' || kind === 'died';
const isCount = ({ kind }: Failure): boolean => kind === 'count';

/** The failures that the other kernel had the chance to show, too. */
function comparable(failures: Sides<readonly Failure[]>): Sides<readonly Failure[]> {
  const all = [...failures.base, ...failures.patched];
  const only = (kept: (failure: Failure) => boolean): Sides<readonly Failure[]> => ({
    base: failures.base.filter(kept),
    patched: failures.patched.filter(kept),
  });
  if (all.some(endsBatch)) return only(endsBatch);
  // Nothing is counted in a batch in which a program did something else.
  return all.some(({ kind }) => kind === 'divergence') ? only((one) => !isCount(one)) : failures;
}

/** The same program of the batch, failing in the same way. */
const keyOf = (failure: Failure): string =>
  `${failure.kind === 'divergence' ? failure.program : ''} ${signatureOf(failure)}`;
