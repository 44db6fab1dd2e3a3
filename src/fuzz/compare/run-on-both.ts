import type { GuestSupply } from '../guest/open-supply.ts';
import { signatureOf } from '../judge/judge-batch.ts';
import type { Investigated } from '../investigate/investigate.ts';
import type { Operation } from '../language/operation.ts';
import { compileReproducer } from '../reproducer/compile-reproducer.ts';
import { runReproducer, type ReproducerRun } from '../reproducer/run-reproducer.ts';
import { openBench } from '../shrink/bench.ts';
import { otherSide, type Side, type Sides } from './find-differences.ts';
import type { Evidence, Shown } from './judge-finding.ts';

export interface RunOnBothOptions {
  readonly side: Side;
  readonly supplies: Sides<GuestSupply>;
  /** Whether the other kernel has all calls of it. */
  readonly isKnownThere: boolean;
  readonly operations: ReadonlyMap<string, Operation>;
  readonly signal: AbortSignal;
}

/** Pristine guests of each kernel, in turns. */
const TIMES = 3;

/** Runs what one kernel does wrong on both: its reproducer in fresh guests, and the programs once more on the other one. */
export async function runOnBoth(found: Investigated, options: RunOnBothOptions): Promise<Evidence> {
  const { side, isKnownThere } = options;
  const again = isKnownThere ? await runAgain(found, options) : undefined;
  const evidence = { side, how: found.shrunk.how, ...(again === undefined ? {} : { again }) };
  return { ...evidence, ...(await reproduceOnBoth(found, options)) };
}

/** What the smallest programs that fail show in a fresh guest of the other kernel. */
async function runAgain(
  { shrunk }: Investigated,
  { side, supplies, operations, signal }: RunOnBothOptions,
): Promise<Evidence['again']> {
  await using bench = openBench({ supply: supplies[otherSide(side)], operations, signal });
  const failures = await bench.run(shrunk.batch);
  const wanted = signatureOf(shrunk.failure);
  if (failures.some((failure) => signatureOf(failure) === wanted)) return 'same';
  return failures.length === 0 ? 'nothing' : 'other';
}

async function reproduceOnBoth(
  { shrunk, source, confirmation }: Investigated,
  { side, supplies, isKnownThere, signal }: RunOnBothOptions,
): Promise<Pick<Evidence, 'here' | 'there'>> {
  if (source === undefined || confirmation === undefined || confirmation.kind === 'not compiled') return {};
  const compiled = await compileReproducer(source, supplies[side].arch, signal);
  if (compiled.kind === 'not compiled') return {};
  const runs: Sides<ReproducerRun[]> = { base: [], patched: [] };
  const sides = isKnownThere ? (['base', 'patched'] as const) : [side];
  for (let time = 0; time < TIMES; time += 1)
    for (const one of sides)
      runs[one].push(await runReproducer(compiled.binary, shrunk.failure, supplies[one], signal));
  return countRuns(runs, side);
}

/** Counts what a reproducer showed. On the other kernel it has to say the very same to count as the same failure. */
export function countRuns(
  runs: Sides<readonly ReproducerRun[]>,
  side: Side,
): { readonly here: Shown; readonly there?: Shown } {
  const here = runs[side];
  const said = new Set(here.filter(({ shown }) => shown === 'failure').flatMap((run) => run.said));
  const isSame = (run: ReproducerRun): boolean =>
    run.shown === 'failure' && (run.said.length === 0 || run.said.some((line) => said.has(line)));
  const count = (of: readonly ReproducerRun[]): Shown => {
    const failure = of.filter(isSame).length;
    const nothing = of.filter(({ shown }) => shown === 'nothing').length;
    return { failure, other: of.length - failure - nothing, of: of.length };
  };
  const there = runs[otherSide(side)];
  return { here: count(here), ...(there.length === 0 ? {} : { there: count(there) }) };
}
