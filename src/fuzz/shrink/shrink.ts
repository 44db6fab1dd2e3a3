import { InfraError, InterruptedError } from '../../errors.ts';
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
 * that program. Candidates that share a schedule run side by side. An interruption, or trouble of the harness, ends it with
 * what it has, and is thrown where it did not fail again before: then nothing is known yet of how it happens again.
 */
export async function shrink(
  batch: Batch,
  failure: Failure,
  bench: Bench,
  options: ShrinkOptions,
): Promise<Shrunk> {
  const shrinking = new Shrinking(batch, failure, bench, options);
  try {
    await shrinking.run();
  } catch (error) {
    const isTrouble = error instanceof InterruptedError || error instanceof InfraError;
    if (!isTrouble || shrinking.best.how === 'once') throw error;
  }
  return { ...shrinking.best, runs: bench.runs };
}

/** One failure on its way to its smallest form. */
class Shrinking {
  best: Omit<Shrunk, 'runs'>;
  readonly #wanted: string;
  readonly #bench: Bench;
  readonly #options: ShrinkOptions;

  constructor(batch: Batch, failure: Failure, bench: Bench, options: ShrinkOptions) {
    this.best = { batch, failure, how: 'once' };
    this.#wanted = signatureOf(failure);
    this.#bench = bench;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { batch, failure } = this.best;
    const program = failure.kind === 'divergence' ? batch[failure.program] : undefined;
    if (program !== undefined && (await this.#accept([program], 'alone', TRIES)))
      return this.#shrinkProgram();
    if (!(await this.#accept(batch, 'together', TRIES))) return;
    await this.#halve();
    if (this.best.batch.length > 1) return this.#leaveOut();
    this.best = { ...this.best, how: 'alone' };
    return this.#shrinkProgram();
  }

  get #isOver(): boolean {
    return this.#options.signal.aborted || this.#bench.runs >= this.#options.runsMax;
  }

  /** Whether a batch fails in the same way in a fresh guest; then it is the best one. */
  async #accept(batch: Batch, how: Shrunk['how'], tries: number): Promise<boolean> {
    for (let left = tries; left > 0; left -= 1) {
      const failures = await this.#bench.run(batch, { fresh: true });
      const same = failures.find((one) => signatureOf(one) === this.#wanted);
      if (same === undefined) continue;
      this.best = { batch, failure: same, how };
      return true;
    }
    return false;
  }

  /** What the kernel reports says nothing about which of several programs caused it. */
  async #halve(): Promise<void> {
    for (;;) {
      const { batch } = this.best;
      const middle = Math.ceil(batch.length / 2);
      if (batch.length === 1 || this.#isOver) return;
      const isSmaller =
        (await this.#accept(batch.slice(0, middle), 'together', 1)) ||
        (await this.#accept(batch.slice(middle), 'together', 1));
      if (!isSmaller) return;
    }
  }

  /** Leaves out one program after the other. */
  async #leaveOut(): Promise<void> {
    for (let index = this.best.batch.length - 1; index >= 0; index -= 1) {
      const { batch } = this.best;
      if (this.#isOver || batch.length === 1) return;
      await this.#accept(
        batch.filter((_, at) => at !== index),
        'together',
        1,
      );
    }
  }

  async #shrinkProgram(): Promise<void> {
    const { operations } = this.#options;
    const width = this.best.failure.kind === 'divergence' ? PROGRAMS_MAX : 1;
    const program = (): Program | undefined => this.best.batch[0];
    const step = async (): Promise<boolean> => {
      const one = program();
      return (
        one !== undefined &&
        ((await this.#improve(withoutCalls(one), width)) ||
          (await this.#improve(withSimplerSchedules(one), 1)) ||
          (await this.#improve(withLowerPages(one, operations), width)) ||
          (await this.#improve(withSimplerArguments(one, operations), width)))
      );
    };
    while (!this.#isOver && (await step()));
  }

  /** Takes the first of these programs that fails in the same way; so many run side by side. */
  async #improve(candidates: readonly Program[], side: number): Promise<boolean> {
    for (let at = 0; at < candidates.length && !this.#isOver; at += side) {
      const tried = candidates.slice(at, at + side);
      const failures = await this.#bench.run(tried);
      const same = failures.find((one) => signatureOf(one) === this.#wanted);
      const found = same && tried[same.kind === 'divergence' ? same.program : 0];
      if (same === undefined || found === undefined) continue;
      const failure = same.kind === 'divergence' ? { ...same, program: 0 } : same;
      this.best = { batch: [found], failure, how: 'alone' };
      return true;
    }
    return false;
  }
}
