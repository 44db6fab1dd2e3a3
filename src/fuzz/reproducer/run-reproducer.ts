import type { GuestSupply } from '../guest/open-supply.ts';
import { runInGuest, type Ran } from '../guest/run-in-guest.ts';
import { signatureOf, type Failure } from '../judge/judge-batch.ts';

/** What a reproducer showed in one pristine guest. */
export interface ReproducerRun {
  /** `other`: it did not end as it does without the failure, nor as with it. */
  readonly shown: 'failure' | 'nothing' | 'other';
  readonly output: string;
  /** The lines in which it says what differs, such as `line 40: munmap(…): EINVAL, expected success`. */
  readonly said: readonly string[];
}

/** What a reproducer says of itself where the failure is seen, and where not. */
const [STATUS_SEEN, STATUS_UNSEEN] = [1, 0];

/** Runs a compiled reproducer of a failure in a pristine guest. */
export async function runReproducer(
  binary: Buffer,
  failure: Failure,
  supply: GuestSupply,
  signal: AbortSignal,
): Promise<ReproducerRun> {
  return describeReproducerRun(await runInGuest(supply, binary, signal), failure);
}

/** What a run of a reproducer of this failure means. */
export function describeReproducerRun({ status, output, trouble }: Ran, failure: Failure): ReproducerRun {
  const said = output.match(/^line \d+: .*$/gmu) ?? [];
  if (failure.kind === 'trouble') {
    if (trouble === undefined) return { shown: 'nothing', output, said };
    const isSame = signatureOf({ kind: 'trouble', trouble }) === signatureOf(failure);
    return { shown: isSame ? 'failure' : 'other', output: trouble.title, said };
  }
  const isClean = status === STATUS_UNSEEN && trouble === undefined;
  const shown = status === STATUS_SEEN ? 'failure' : isClean ? 'nothing' : 'other';
  return { shown, output: trouble?.title ?? output, said };
}
