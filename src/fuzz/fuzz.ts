import { InfraError, InterruptedError } from '../errors.ts';
import { FirstFailure } from '../run/execute/first-failure.ts';
import { BatchNumbers } from './batch-numbers.ts';
import type { FoundFolder, FuzzLab, FuzzOptions } from './fuzz-options.ts';
import { drawBatch } from './generate/draw-batch.ts';
import type { GuestSupply } from './guest/open-supply.ts';
import { PROGRAMS_MAX } from './guest/window.ts';
import { investigate } from './investigate/investigate.ts';
import { joinTroubles, type NumberedBatch, type Suspicion } from './investigate/suspicion.ts';
import { FAILURES_MAX, feedGuest, lostGuest } from './judge/feed-guest.ts';
import { signatureOf, type Failure } from './judge/judge-batch.ts';
import { startJudging, type JudgingGuest } from './judge/judging-guest.ts';
import type { Operation } from './language/operation.ts';
import { Pursuit } from './pursuit.ts';
import { SESSION_VERSION, type Session } from './session.ts';

/** How far it has come. */
export interface FuzzProgress {
  readonly programs: number;
  readonly ms: number;
  readonly findings: number;
  /** Guests that were started after the first ones. */
  readonly restarts: number;
  /** Findings that are being made smaller. */
  readonly investigating: number;
}

export interface FuzzResult extends FuzzProgress {
  readonly found: readonly FoundFolder[];
}

const IN_QEMU: FuzzLab = { start: startJudging, investigate };

/** A batch that got no answer, and what the kernel did, unless it was the harness that failed. */
interface LostBatch {
  readonly number: number;
  readonly failure?: Failure;
}

/** What came of one guest. */
class GuestUse {
  /** What was not known. */
  readonly suspicions: Suspicion[] = [];
  /** The batches that showed it, although they got their answers. */
  readonly suspect: number[] = [];
  /** In the order in which they were to run. */
  readonly lost: LostBatch[] = [];
  /** The last batch that showed nothing. */
  last: NumberedBatch | undefined;
  hasAnswered = false;
}

/** A run of the fuzzer. */
export class Fuzzer {
  readonly #options: FuzzOptions;
  readonly #lab: FuzzLab;
  readonly #operations: ReadonlyMap<string, Operation>;
  readonly #failure: FirstFailure;
  readonly #numbers: BatchNumbers;
  readonly #pursuit: Pursuit;
  readonly #began = performance.now();
  #programs = 0;
  #guests = 0;

  constructor(options: FuzzOptions) {
    const { lab = IN_QEMU, from, programsMax } = options;
    this.#options = options;
    this.#lab = lab;
    this.#operations = new Map(options.operations.map((operation) => [operation.name, operation]));
    this.#failure = new FirstFailure(options.signal);
    this.#numbers = new BatchNumbers(from?.batches ?? 0, Math.ceil(programsMax / PROGRAMS_MAX));
    const { signal } = this.#failure;
    this.#pursuit = new Pursuit({ ...options, lab, operations: this.#operations, signal });
  }

  get progress(): FuzzProgress {
    return {
      programs: this.#programs,
      ms: performance.now() - this.#began,
      findings: this.#pursuit.found.length,
      restarts: Math.max(0, this.#guests - this.#options.supplies.length),
      investigating: this.#pursuit.count,
    };
  }

  /** Where a later run can go on: batches under way are run again. */
  get session(): Session {
    const { profile, seed, supplies, from } = this.#options;
    return {
      version: SESSION_VERSION,
      profile: profile.name,
      seed,
      kernel: supplies[0]?.kernel.id ?? '',
      batches: this.#numbers.done,
      programs: (from?.programs ?? 0) + this.#programs,
      ms: Math.round((from?.ms ?? 0) + this.progress.ms),
      known: [...this.#pursuit.known],
    };
  }

  /**
   * Runs programs until a limit is reached or the signal fires. Throws InfraError where no guest can be kept, once all
   * others were stopped.
   */
  async run(): Promise<FuzzResult> {
    const { supplies } = this.#options;
    await Promise.all(supplies.map((supply) => this.#failure.guard(() => this.#lane(supply))));
    this.#failure.rethrow();
    return { ...this.progress, found: this.#pursuit.found };
  }

  get #isOver(): boolean {
    const { msMax, findingsMax } = this.#options;
    return (
      this.#failure.signal.aborted ||
      !this.#numbers.hasMore ||
      this.#pursuit.found.length >= findingsMax ||
      performance.now() - this.#began >= msMax
    );
  }

  async #lane(supply: GuestSupply): Promise<void> {
    let failures = 0;
    while (!this.#isOver) {
      const use = new GuestUse();
      try {
        await this.#useGuest(supply, use);
        failures = 0;
      } catch (error) {
        if (error instanceof InterruptedError) return;
        failures = use.hasAnswered ? 0 : failures + 1;
        if (!(error instanceof InfraError) || failures >= FAILURES_MAX) throw error;
        this.#options.onNotice?.(lostGuest(error));
      }
      // Whatever became of the guest.
      for (const suspicion of joinTroubles(use.suspicions, use.last))
        await this.#pursuit.pursue(suspicion, supply);
      this.#settle(use);
    }
  }

  /** Runs batches in one guest until it shows something, or the run is over. */
  async #useGuest(supply: GuestSupply, use: GuestUse): Promise<void> {
    await using guest = await this.#lab.start(supply, this.#operations, this.#failure.signal);
    this.#guests += 1;
    const error = await feedGuest(
      () => !this.#isOver && guest.isUsable && use.suspicions.length === 0,
      () => this.#runNext(guest, supply, use),
    );
    if (error !== undefined) throw error;
  }

  async #runNext(guest: JudgingGuest, supply: GuestSupply, use: GuestUse): Promise<void> {
    const { seed, profile } = this.#options;
    const number = this.#numbers.take();
    const batch = drawBatch({ seed, number, programs: PROGRAMS_MAX, profile, kernel: supply.facts });
    const failures = await guest.run(batch).catch((error: unknown) => {
      // One that was interrupted stays under way.
      if (!(error instanceof InterruptedError)) use.lost.push({ number });
      throw error;
    });
    const unknown = failures.filter((failure) => !this.#pursuit.isKnown(signatureOf(failure)));
    use.suspicions.push(...unknown.map((failure) => ({ batch, failure, number, others: [] })));
    const trouble = failures.find(({ kind }) => kind === 'trouble');
    if (trouble !== undefined) {
      use.lost.push({ number, failure: trouble });
      return;
    }
    use.hasAnswered = true;
    this.#programs += batch.length;
    if (failures.length === 0) use.last = { batch, number };
    if (unknown.length > 0) use.suspect.push(number);
    else this.#numbers.finish(number);
  }

  /** Once all that a guest showed was looked into: what it was lost with may run again, and what did not run yet does. */
  #settle({ suspect, lost: [first, ...behind] }: GuestUse): void {
    // What was not looked into stays under way.
    if (this.#failure.signal.aborted) return;
    for (const number of suspect) this.#numbers.finish(number);
    for (const { number } of behind) this.#numbers.putBack(number);
    if (first === undefined) return;
    const { number, failure } = first;
    // That this batch ends its guest is what is known of it.
    if (failure !== undefined && this.#pursuit.isKnown(signatureOf(failure))) this.#numbers.finish(number);
    else if (!this.#numbers.lose(number))
      this.#options.onNotice?.(`Batch ${number} lost its guest again and again, and is given up.`);
  }
}
