/** How long the session waits for what, in milliseconds. */
export interface Pace {
  /** For an answer, before a command is repeated. */
  readonly answerMs: number;
  /** For any record while a case runs, before the agent is asked whether some were missed; doubles up to quietMaxMs. */
  readonly quietMs: number;
  readonly quietMaxMs: number;
  /** Beyond a case's timeout, which the guest enforces itself, before the host decides. */
  readonly graceMs: number;
  /** For a sign of life after that, before the kernel counts as hung. */
  readonly silenceMs: number;
  /** Beyond the deadline when records still come: the agent is sending what it kept. */
  readonly drainMs: number;
}

/** The waits for a guest so many times slower than the reference. */
export function paceOf(slowness: number): Pace {
  return {
    answerMs: 250 + 50 * slowness,
    quietMs: 500 + 50 * slowness,
    quietMaxMs: 5_000,
    // The agent itself gives what it kills 3 s to be gone.
    graceMs: 5_000 + 200 * slowness,
    silenceMs: 2_000 + 200 * slowness,
    drainMs: 30_000,
  };
}
