import type { LoadedFinding } from './findings/load-finding.ts';
import type { GuestSupply } from './guest/open-supply.ts';
import { describeFailure, signatureOf } from './judge/judge-batch.ts';
import type { Operation } from './language/operation.ts';
import { openBench } from './shrink/bench.ts';

/** What a finding showed when it was run again. */
export interface Replay {
  /** `same`: as it was found; `other`: something else that is wrong. */
  readonly kind: 'same' | 'other' | 'nothing';
  readonly text: string;
}

/** Runs a finding's programs in a fresh guest. */
export async function replay(
  { finding, batch }: LoadedFinding,
  supply: GuestSupply,
  operations: readonly Operation[],
  signal: AbortSignal,
): Promise<Replay> {
  const known = new Map(operations.map((operation) => [operation.name, operation]));
  await using bench = openBench({ supply, operations: known, signal });
  const failures = await bench.run(batch);
  const same = failures.find((failure) => signatureOf(failure) === finding.signature);
  const shown = same ?? failures[0];
  if (shown === undefined) return { kind: 'nothing', text: 'all as the model says' };
  return { kind: same === undefined ? 'other' : 'same', text: describeFailure(shown) };
}
