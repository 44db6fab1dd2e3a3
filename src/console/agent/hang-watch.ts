import type { AgentLink } from './link.ts';
import type { Pace } from './pace.ts';

/** Decides, once a case's deadline has passed, whether the program or the kernel hangs. */
export class HangWatch {
  readonly #link: AgentLink;
  readonly #pace: Pace;
  readonly #deadline: number;
  #askedAt: number | undefined;
  #pingAgainAt = 0;
  #completeUpTo = 0;

  /** `deadline` is on the clock of performance.now(). */
  constructor(link: AgentLink, pace: Pace, deadline: number) {
    this.#link = link;
    this.#pace = pace;
    this.#deadline = deadline;
  }

  /** When `step` must be called next, at the latest. */
  get nextAt(): number {
    return this.#askedAt === undefined ? this.#deadline : this.#pingAgainAt;
  }

  step(now: number): 'waiting' | 'alive' | 'silent' {
    if (now < this.#deadline) return 'waiting';
    if (this.#askedAt !== undefined) {
      const progress = this.#link.sequence.completeUpTo > this.#completeUpTo;
      const heard = this.#link.heardAt > this.#askedAt;
      const afterMs = now - this.#askedAt;
      if (heard && now >= this.#deadline + this.#pace.drainMs) return 'alive';
      if (heard && !progress && afterMs >= this.#pace.answerMs) return 'alive';
      if (!heard && afterMs >= this.#pace.silenceMs) return 'silent';
      if (!progress) return this.#pingWhenDue(now);
    }
    // The first question, or another because records still come: the agent is sending what it kept.
    this.#askedAt = now;
    this.#completeUpTo = this.#link.sequence.completeUpTo;
    return this.#pingWhenDue(now);
  }

  #pingWhenDue(now: number): 'waiting' {
    if (now >= this.#pingAgainAt) {
      this.#link.send({ t: 'ping' });
      this.#pingAgainAt = now + this.#pace.answerMs;
    }
    return 'waiting';
  }
}
