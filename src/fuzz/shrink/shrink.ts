import type { Batch } from '../generate/draw-batch.ts';
import { PROGRAMS_MAX } from '../guest/window.ts';
import { signatureOf, type Failure } from '../judge/judge-batch.ts';
import type { Operation } from '../language/operation.ts';
import type { Program } from '../language/program.ts';
import type { Bench } from './bench.ts';
import { withLowerPages, withoutCalls, withSimplerArguments } from './simpler-programs.ts';
import { withSimplerSchedules } from './simpler-schedules.ts';

/** The smallest batch that still fails in the same way. */
export interface Shrunk {
  readonly batch: Batch;
  /** What it showed at last. */
  readonly failure: Failure;
  /** `alone`: one program; `together`: only beside others; `once`: it did not happen again. */
  readonly how: 'alone' | 'together' | 'once';
  /** Batches that were run to find it. */
  readonly runs: number;
}

export interface ShrinkOptions {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly signal: AbortSignal;
  /** The most batches to run. */
  readonly runsMax: number;
}

/** How often something is tried again before it counts as gone. */
const TRIES = 3;

/**
 * Makes a failing batch smaller as long as it fails in the same way: first down to the program at fault, alone, then
 * that program. Candidates that share a schedule run side by side.
 */
export async function shrink(
  batch: Batch,
  failure: Failure,
  bench: Bench,
  options: ShrinkOptions,
): Promise<Shrunk> {
  const wanted = signatureOf(failure);
  const done = (smallest: Batch, last: Failure, how: Shrunk['how']): Shrunk => ({
    batch: smallest,
    failure: last,
    how,
    runs: bench.runs,
  });
  const program = failure.kind === 'divergence' ? batch[failure.program] : undefined;
  const suspects = program === undefined ? await narrow(batch, wanted, bench, options) : [program];
  const [suspect, ...others] = suspects ?? [];
  const again =
    suspect === undefined || others.length > 0 ? undefined : await repeat([suspect], wanted, bench, TRIES);
  if (suspect !== undefined && again !== undefined) {
    const smallest = await shrinkProgram(suspect, again, wanted, bench, options);
    return done([smallest.program], smallest.failure, 'alone');
  }
  const together = await repeat(batch, wanted, bench, TRIES);
  if (together === undefined) return done(batch, failure, 'once');
  const few = await shrinkTogether(batch, together, wanted, bench, options);
  return done(few.batch, few.failure, 'together');
}

/**
 * Halves a batch as long as a half of it fails in the same way: what the kernel reports says nothing about which of
 * several programs caused it. Undefined where the batch itself does not fail again.
 */
async function narrow(
  batch: Batch,
  wanted: string,
  bench: Bench,
  { signal }: ShrinkOptions,
): Promise<Batch | undefined> {
  if ((await repeat(batch, wanted, bench, TRIES)) === undefined) return undefined;
  let best = batch;
  while (best.length > 1 && !signal.aborted) {
    const middle = Math.ceil(best.length / 2);
    const halves = [best.slice(0, middle), best.slice(middle)];
    let smaller: Batch | undefined;
    for (const half of halves) {
      if ((await repeat(half, wanted, bench, 1)) === undefined) continue;
      smaller = half;
      break;
    }
    if (smaller === undefined) return best;
    best = smaller;
  }
  return best;
}

async function repeat(
  batch: Batch,
  wanted: string,
  bench: Bench,
  tries: number,
): Promise<Failure | undefined> {
  for (let left = tries; left > 0; left -= 1) {
    const failures = await bench.run(batch, { fresh: true });
    const same = failures.find((one) => signatureOf(one) === wanted);
    if (same !== undefined) return same;
  }
  return undefined;
}

interface Smaller {
  readonly program: Program;
  readonly failure: Failure;
}

async function shrinkProgram(
  program: Program,
  failure: Failure,
  wanted: string,
  bench: Bench,
  options: ShrinkOptions,
): Promise<Smaller> {
  const { operations, signal, runsMax } = options;
  // A report of the kernel says nothing about which of several programs caused it.
  const width = failure.kind === 'divergence' ? PROGRAMS_MAX : 1;
  const isOver = (): boolean => signal.aborted || bench.runs >= runsMax;
  let best: Smaller = { program, failure };
  const improve = async (candidates: readonly Program[], side: number): Promise<boolean> => {
    for (let at = 0; at < candidates.length && !isOver(); at += side) {
      const tried = candidates.slice(at, at + side);
      const failures = await bench.run(tried);
      const same = failures.find((one) => signatureOf(one) === wanted);
      const found = same && tried[same.kind === 'divergence' ? same.program : 0];
      if (same === undefined || found === undefined) continue;
      best = { program: found, failure: same };
      return true;
    }
    return false;
  };
  const step = async (): Promise<boolean> =>
    (await improve(withoutCalls(best.program), width)) ||
    (await improve(withSimplerSchedules(best.program), 1)) ||
    (await improve(withLowerPages(best.program, operations), width)) ||
    (await improve(withSimplerArguments(best.program, operations), width));
  while (!isOver() && (await step()));
  return best;
}

/** Leaves out one program after the other. */
async function shrinkTogether(
  batch: Batch,
  failure: Failure,
  wanted: string,
  bench: Bench,
  { signal, runsMax }: ShrinkOptions,
): Promise<{ readonly batch: Batch; readonly failure: Failure }> {
  let best = { batch, failure };
  for (let index = batch.length - 1; index >= 0; index -= 1) {
    if (signal.aborted || bench.runs >= runsMax || best.batch.length === 1) break;
    const fewer = best.batch.filter((_, at) => at !== index);
    const again = await repeat(fewer, wanted, bench, 1);
    if (again !== undefined) best = { batch: fewer, failure: again };
  }
  return best;
}
