import { join } from 'node:path';
import { InfraError, InterruptedError } from '../errors.ts';
import type { Finding } from './findings/finding.ts';
import { drawBatch } from './generate/draw-batch.ts';
import { startFuzzGuest, type FuzzGuest } from './guest/fuzz-guest.ts';
import type { GuestSupply } from './guest/open-supply.ts';
import { PROGRAMS_MAX } from './guest/window.ts';
import { investigate } from './investigate/investigate.ts';
import { joinTroubles, type NumberedBatch, type Suspicion } from './investigate/suspicion.ts';
import { signatureOf } from './judge/judge-batch.ts';
import { runBatch } from './judge/run-batch.ts';
import type { Operation } from './language/operation.ts';
import { SESSION_VERSION, type Session } from './session.ts';
import type { Profile } from './operations/profiles.ts';

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

export interface FuzzOptions {
  readonly profile: Profile;
  readonly operations: readonly Operation[];
  readonly seed: number;
  /** Where an earlier run ended; from the beginning of the seed by default. */
  readonly from?: Pick<Session, 'batches' | 'programs' | 'ms' | 'known'>;
  /** One guest after the other runs on each. */
  readonly supplies: readonly GuestSupply[];
  /** It ends when either is reached, or when the signal fires. */
  readonly programsMax: number;
  readonly msMax: number;
  readonly findingsMax: number;
  /** Where findings go, a folder each. */
  readonly folder: string;
  readonly guests: string;
  readonly signal: AbortSignal;
  readonly onFinding?: (finding: Finding, folder: string) => void;
  readonly onNotice?: (message: string) => void;
}

export interface FuzzResult extends FuzzProgress {
  readonly found: readonly { readonly finding: Finding; readonly folder: string }[];
}

/** Batches under way in one guest: enough that it never waits for the host. */
const DEPTH = 6;
/** Guests in a row that do not come up. */
const FAILURES_MAX = 3;

/** A batch that was run, and what it showed that was not known. */
interface JudgedBatch extends NumberedBatch {
  readonly suspicions: readonly Suspicion[];
  readonly isGood: boolean;
}

/** A run of the fuzzer. */
export class Fuzzer {
  readonly #options: FuzzOptions;
  readonly #operations: ReadonlyMap<string, Operation>;
  readonly #found: { readonly finding: Finding; readonly folder: string }[] = [];
  readonly #known: Set<string>;
  readonly #began = performance.now();
  readonly #underWay = new Set<number>();
  #batches: number;
  #programs = 0;
  #guests = 0;
  #investigating = 0;

  constructor(options: FuzzOptions) {
    this.#options = options;
    this.#known = new Set(options.from?.known);
    this.#batches = options.from?.batches ?? 0;
    this.#operations = new Map(options.operations.map((operation) => [operation.name, operation]));
  }

  get progress(): FuzzProgress {
    return {
      programs: this.#programs,
      ms: performance.now() - this.#began,
      findings: this.#found.length,
      restarts: Math.max(0, this.#guests - this.#options.supplies.length),
      investigating: this.#investigating,
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
      batches: Math.min(this.#batches, ...this.#underWay),
      programs: (from?.programs ?? 0) + this.#programs,
      ms: Math.round((from?.ms ?? 0) + this.progress.ms),
      known: [...this.#known],
    };
  }

  /** Runs programs until a limit is reached or the signal fires. Throws InfraError where no guest can be kept. */
  async run(): Promise<FuzzResult> {
    await Promise.all(this.#options.supplies.map((supply) => this.#lane(supply)));
    return { ...this.progress, found: this.#found };
  }

  get #isOver(): boolean {
    const { signal, programsMax, msMax, findingsMax, from } = this.#options;
    return (
      signal.aborted ||
      (this.#batches - (from?.batches ?? 0)) * PROGRAMS_MAX >= programsMax ||
      this.#found.length >= findingsMax ||
      performance.now() - this.#began >= msMax
    );
  }

  async #lane(supply: GuestSupply): Promise<void> {
    let failures = 0;
    while (!this.#isOver) {
      try {
        const suspicions = await this.#useGuest(supply);
        failures = 0;
        for (const suspicion of suspicions) await this.#pursue(suspicion, supply);
      } catch (error) {
        if (error instanceof InterruptedError) return;
        failures += 1;
        if (!(error instanceof InfraError) || failures >= FAILURES_MAX) throw error;
        this.#options.onNotice?.(`A guest was lost, and another is started: ${error.message}`);
      }
    }
  }

  /** Runs batches in one guest until it shows something, or the run is over. */
  async #useGuest(supply: GuestSupply): Promise<readonly Suspicion[]> {
    await using guest = await startFuzzGuest(supply, this.#options.signal);
    this.#guests += 1;
    const suspicions: Suspicion[] = [];
    let last: NumberedBatch | undefined;
    const feed = async (): Promise<void> => {
      while (!this.#isOver && guest.isUsable && suspicions.length === 0) {
        const judged = await this.#runNext(guest, supply);
        suspicions.push(...judged.suspicions);
        if (judged.isGood) last = judged;
      }
    };
    await Promise.all(Array.from({ length: DEPTH }, feed));
    return joinTroubles(suspicions, last);
  }

  async #runNext(guest: FuzzGuest, supply: GuestSupply): Promise<JudgedBatch> {
    const { seed, profile } = this.#options;
    const number = this.#batches;
    this.#batches += 1;
    const batch = drawBatch({ seed, number, programs: PROGRAMS_MAX, profile, kernel: supply.facts });
    // One that was interrupted stays there.
    this.#underWay.add(number);
    const failures = await runBatch(guest, batch, { operations: this.#operations, kernel: supply.facts });
    this.#underWay.delete(number);
    this.#programs += batch.length;
    const suspicions = failures
      .filter((failure) => !this.#known.has(signatureOf(failure)))
      .map((failure) => ({ batch, failure, number, others: [] }));
    return { batch, number, suspicions, isGood: failures.length === 0 };
  }

  /** One finding for each kind of failure: the first that shows it is made smaller, and written down. */
  async #pursue(suspicion: Suspicion, supply: GuestSupply): Promise<void> {
    const { profile, seed, guests, signal } = this.#options;
    const signature = signatureOf(suspicion.failure);
    if (this.#known.has(signature) || signal.aborted) return;
    this.#known.add(signature);
    const folder = join(this.#options.folder, `finding-${this.#known.size}`);
    this.#investigating += 1;
    try {
      const investigated = await investigate(suspicion, {
        supply,
        operations: this.#operations,
        profile: profile.name,
        seed,
        folder,
        guests,
        signal,
      });
      if (investigated === undefined) {
        this.#known.delete(signature);
        this.#options.onNotice?.(`Not seen again, and so no finding: ${signature}.`);
        return;
      }
      const { finding } = investigated;
      // What was found may have turned out to be something else that is known.
      this.#known.add(finding.signature);
      this.#found.push({ finding, folder });
      this.#options.onFinding?.(finding, folder);
    } finally {
      this.#investigating -= 1;
    }
  }
}
