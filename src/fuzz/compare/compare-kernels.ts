import type { ArchName } from '../../arch/architectures.ts';
import { InfraError, InterruptedError } from '../../errors.ts';
import { drawBatch, type Batch } from '../generate/draw-batch.ts';
import { isOfTimeOnly } from '../guest/trouble.ts';
import { PROGRAMS_MAX } from '../guest/window.ts';
import { joinTroubles, type NumberedBatch, type Suspicion } from '../investigate/suspicion.ts';
import { FAILURES_MAX, feedGuest, lostGuest } from '../judge/feed-guest.ts';
import { describeFailure, signatureOf, type Failure } from '../judge/judge-batch.ts';
import type { JudgingGuest } from '../judge/judging-guest.ts';
import type { ComparedFinding, FuzzedArch } from './comparison-record.ts';
import { endsBatch, findDifferences, type Difference, type Side, type Sides } from './find-differences.ts';
import type { Lab } from './lab.ts';
import type { Round } from './rounds.ts';

/** How far it has come. */
export interface ComparisonProgress {
  readonly programs: number;
  /** Time in which programs ran. */
  readonly ms: number;
  readonly findings: number;
  /** Whether a finding is being looked into. */
  readonly isInvestigating: boolean;
}

export interface CompareOptions {
  readonly arch: ArchName;
  readonly lab: Lab;
  /** At least one; they take turns. */
  readonly rounds: readonly Round[];
  readonly seed: number;
  /** How long programs may run. Looking into what they show takes further time. */
  readonly msMax: number;
  /** How many failures of each kernel are looked into. */
  readonly findingsMax: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ComparisonProgress) => void;
  readonly onNotice?: (message: string) => void;
}

/** What came of comparing two kernels of one architecture. */
export interface ComparedArch {
  readonly fuzzed: FuzzedArch;
  readonly findings: readonly ComparedFinding[];
}

interface Suspect extends Suspicion, Difference {
  readonly profile: string;
}

/** A batch that both kernels ran, and what was not known of it. */
interface ComparedBatch extends NumberedBatch {
  readonly suspects: readonly Suspect[];
  readonly isGood: boolean;
}

type Guests = Sides<JudgingGuest>;

/** Runs the same programs on base and patched kernel, and looks into what only one of them does wrong. */
export class KernelComparison {
  readonly #options: CompareOptions;
  readonly #findings: ComparedFinding[] = [];
  readonly #known = new Set<string>();
  readonly #left: FuzzedArch['left'] = [];
  readonly #programs: number[];
  readonly #pursued = { base: 0, patched: 0 };
  /** The number of the last one that was looked into. */
  #number = 0;
  #batches = 0;
  #ranMs = 0;
  #runningSince: number | undefined;
  #isInvestigating = false;
  #trouble: string | undefined;

  constructor(options: CompareOptions) {
    this.#options = options;
    this.#programs = options.rounds.map(() => 0);
  }

  /** Compares until the time is over, enough was found, or the signal fires. Trouble of the harness is a result, too. */
  async run(): Promise<ComparedArch> {
    const { arch, rounds } = this.#options;
    await this.#compare();
    const profiles = rounds.map(({ profile, sides }, index) => ({
      profile: profile.name,
      programs: this.#programs[index] ?? 0,
      ...(sides.includes('base') ? {} : { patchedOnly: true as const }),
    }));
    return {
      fuzzed: {
        arch,
        profiles,
        ms: Math.round(this.#ms),
        ended: this.#ended,
        ...(this.#trouble === undefined ? {} : { trouble: this.#trouble }),
        left: [...this.#left],
      },
      findings: this.#findings,
    };
  }

  get #ms(): number {
    return this.#ranMs + (this.#runningSince === undefined ? 0 : performance.now() - this.#runningSince);
  }

  get #hasEnough(): boolean {
    return this.#pursued.patched >= this.#options.findingsMax;
  }

  get #isOver(): boolean {
    const { signal, msMax } = this.#options;
    return signal.aborted || this.#hasEnough || this.#trouble !== undefined || this.#ms >= msMax;
  }

  get #ended(): FuzzedArch['ended'] {
    if (this.#options.signal.aborted) return 'interrupted';
    if (this.#trouble !== undefined) return 'trouble';
    return this.#hasEnough ? 'findings' : 'time';
  }

  async #compare(): Promise<void> {
    let failures = 0;
    while (!this.#isOver) {
      try {
        const suspects = await this.#useGuests();
        failures = 0;
        for (const suspect of suspects) await this.#take(suspect);
      } catch (error) {
        if (error instanceof InterruptedError) return;
        if (!(error instanceof InfraError)) throw error;
        failures += 1;
        if (failures >= FAILURES_MAX) this.#trouble = error.message;
        else this.#options.onNotice?.(lostGuest(error));
      }
    }
  }

  /** Runs batches in a guest of each kernel until one shows something, or it is over. */
  async #useGuests(): Promise<readonly Suspect[]> {
    // On a busy host, the first guests would take all of the time; later ones are those of kernels that keep failing.
    const isFirst = this.#batches === 0;
    if (!isFirst) this.#runningSince = performance.now();
    const suspects: Suspect[] = [];
    let last: NumberedBatch | undefined;
    try {
      const trouble = await this.#feedGuests(suspects, (good) => (last = good));
      if (trouble !== undefined) throw trouble;
    } catch (error) {
      // What was seen before is looked into all the same.
      if (!(error instanceof InfraError) || suspects.length === 0) throw error;
      this.#options.onNotice?.(lostGuest(error));
    } finally {
      this.#ranMs = this.#ms;
      this.#runningSince = undefined;
    }
    return joinTroubles(suspects, last);
  }

  /** Returns what went wrong with the guests, if anything did. */
  async #feedGuests(suspects: Suspect[], onGood: (batch: NumberedBatch) => void): Promise<unknown> {
    const { lab } = this.#options;
    await using base = await lab.start('base');
    await using patched = await lab.start('patched');
    this.#runningSince ??= performance.now();
    return await feedGuest(
      () => !this.#isOver && base.isUsable && patched.isUsable && suspects.length === 0,
      async () => {
        const compared = await this.#runNext({ base, patched });
        suspects.push(...compared.suspects);
        if (compared.isGood) onGood(compared);
      },
    );
  }

  async #runNext(guests: Guests): Promise<ComparedBatch> {
    const { seed, rounds, lab } = this.#options;
    const number = this.#batches;
    this.#batches += 1;
    const index = number % rounds.length;
    const round = rounds[index];
    if (round === undefined) throw new RangeError('There is nothing to run.');
    const { profile, sides } = round;
    const [first = 'patched'] = sides;
    const batch = drawBatch({ seed, number, programs: PROGRAMS_MAX, profile, kernel: lab.facts[first] });
    const failures = await runOn(guests, sides, batch);
    // Where one of them did not get through, nothing was compared.
    if (!Object.values(failures).flat().some(endsBatch))
      this.#programs[index] = (this.#programs[index] ?? 0) + batch.length;
    this.#tell();
    const suspects = findDifferences(failures)
      .filter((difference) => !this.#known.has(nameOf(difference)))
      .map((difference) => ({ ...difference, batch, number, others: [], profile: profile.name }));
    return { batch, number, suspects, isGood: failures.base.length + failures.patched.length === 0 };
  }

  /** Looks into the first of each kind. */
  async #take(suspect: Suspect): Promise<void> {
    const { seenOn, failure } = suspect;
    const name = nameOf(suspect);
    if (this.#known.has(name)) return;
    this.#known.add(name);
    if (seenOn === 'both') this.#record(suspect, { standing: 'both' });
    else if (this.#pursued[seenOn] >= this.#options.findingsMax)
      this.#left.push({ signature: signatureOf(failure), seenOn });
    else await this.#pursue(suspect, seenOn);
  }

  async #pursue(suspect: Suspect, side: Side): Promise<void> {
    const { lab } = this.#options;
    const { failure, profile } = suspect;
    this.#pursued[side] += 1;
    this.#number += 1;
    this.#isInvestigating = true;
    this.#tell();
    try {
      const pursued = await lab.pursue({ suspicion: suspect, side, profile, number: this.#number });
      if (pursued !== undefined) return this.#record(suspect, pursued);
      this.#forget(suspect, side);
    } catch (error) {
      if (!(error instanceof InterruptedError || error instanceof InfraError)) throw error;
      if (failure.kind === 'trouble' && isOfTimeOnly(failure.trouble)) return this.#forget(suspect, side);
      this.#record(suspect, {
        standing: 'unconfirmed',
        note: `It could not be looked into: ${error.message}`,
      });
    } finally {
      this.#isInvestigating = false;
      this.#tell();
    }
  }

  /** It may be seen again, and then be looked into. */
  #forget(suspect: Suspect, side: Side): void {
    this.#known.delete(nameOf(suspect));
    this.#pursued[side] -= 1;
    this.#options.onNotice?.(`Not seen again, and so no finding: ${signatureOf(suspect.failure)}.`);
  }

  #record(
    { failure, seenOn, profile, number }: Suspect,
    known: Pick<ComparedFinding, 'standing'> & Partial<ComparedFinding>,
  ): void {
    this.#findings.push({
      arch: this.#options.arch,
      profile,
      batch: number,
      text: describeFailure(failure),
      signature: signatureOf(failure),
      seenOn,
      isTrouble: failure.kind === 'trouble',
      ...known,
    });
  }

  #tell(): void {
    this.#options.onProgress?.({
      programs: this.#programs.reduce((sum, count) => sum + count, 0),
      ms: this.#ms,
      findings: this.#findings.length,
      isInvestigating: this.#isInvestigating,
    });
  }
}

async function runOn(
  guests: Guests,
  sides: readonly Side[],
  batch: Batch,
): Promise<Sides<readonly Failure[]>> {
  const run = (side: Side) => (sides.includes(side) ? guests[side].run(batch) : []);
  const [base, patched] = await Promise.all([run('base'), run('patched')]);
  return { base, patched };
}

const nameOf = ({ seenOn, failure }: Difference): string => `${seenOn} ${signatureOf(failure)}`;
