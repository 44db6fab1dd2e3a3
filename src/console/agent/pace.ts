/** How long the session waits for what, in milliseconds. */
export interface Pace {
  /** For an answer, before a command is repeated. */
  readonly answerMs: number;
  /** For any record while a case runs, before the agent is asked whether some were missed; doubles up to quietMaxMs. */
  readonly quietMs: number;
  readonly quietMaxMs: number;
  /** What the agent gives at least to what it killed; a fifth of the case's timeout where that is more. */
  readonly dyingMinMs: number;
  /** Beyond a case's timeout and what the agent gives to the dying, before the host decides. */
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
    dyingMinMs: 3_000,
    graceMs: 2_000 + 200 * slowness,
    silenceMs: 2_000 + 200 * slowness,
    drainMs: 30_000,
  };
}

/** When the host decides about a case, counted from its start: the agent has its own rule in guests/agent/run.c. */
export function decisionMs(timeoutMs: number, { dyingMinMs, graceMs }: Pace): number {
  return timeoutMs + Math.max(dyingMinMs, timeoutMs / 5) + graceMs;
}
