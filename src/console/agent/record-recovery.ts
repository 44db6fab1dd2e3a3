import type { AgentLink } from './link.ts';
import type { Pace } from './pace.ts';

/** How many answered requests for the same records until they count as lost for good. */
const ATTEMPTS_MAX = 8;
/** How many gaps to ask for at once. */
const GAPS_MAX = 8;

/** Notices missing records and asks for them again. */
export class RecordRecovery {
  readonly #link: AgentLink;
  readonly #pace: Pace;
  #askAgainAt = 0;
  #askedAt = 0;
  #attempts = 0;
  #completeUpTo: number;
  #quietMs: number;
  #pingAt: number;

  constructor(link: AgentLink, pace: Pace) {
    this.#link = link;
    this.#pace = pace;
    this.#completeUpTo = link.sequence.completeUpTo;
    this.#quietMs = pace.quietMs;
    this.#pingAt = link.clock.now() + pace.quietMs;
  }

  /** When `step` must be called next, at the latest. */
  get nextAt(): number {
    return this.#link.sequence.missing().length > 0 ? Math.min(this.#askAgainAt, this.#pingAt) : this.#pingAt;
  }

  /** Numbers of the records known to be missing. */
  get missing(): number[] {
    return this.#link.sequence
      .missing()
      .flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
  }

  /** Does what is due. Returns the missing records once there is no hope of getting them. */
  step(now: number): number[] | undefined {
    const { completeUpTo } = this.#link.sequence;
    if (completeUpTo > this.#completeUpTo) {
      this.#completeUpTo = completeUpTo;
      this.#attempts = 0;
      this.#quietMs = this.#pace.quietMs;
      this.#pingAt = now + this.#quietMs;
    }
    if (now >= this.#pingAt) {
      // A long silence is normal for a long case: constant questions should not disturb it.
      this.#quietMs = Math.min(2 * this.#quietMs, this.#pace.quietMaxMs);
      this.#pingAt = now + this.#quietMs;
      // The agent may only be waiting for an acknowledgement that was lost.
      this.#link.acknowledge();
      this.#link.send({ t: 'ping' });
    }
    return this.#askForMissing(now);
  }

  #askForMissing(now: number): number[] | undefined {
    const gaps = this.#link.sequence.missing();
    if (gaps.length === 0) {
      this.#attempts = 0;
      this.#askAgainAt = 0;
      return undefined;
    }
    if (now < this.#askAgainAt) return undefined;
    // Silence says nothing about these records: if the kernel is hung, that is the finding.
    if (this.#link.heardAt > this.#askedAt) this.#attempts += 1;
    if (this.#attempts > ATTEMPTS_MAX) return this.missing;
    for (const { from, to } of gaps.slice(0, GAPS_MAX)) this.#link.send({ t: 'resend', from, to });
    this.#link.send({ t: 'ping' });
    this.#askedAt = now;
    this.#askAgainAt = now + this.#pace.answerMs;
    return undefined;
  }
}
