/** How long the session waits, in milliseconds. */
export interface Pace {
  /** For an answer, before a command is repeated. */
  readonly answerMs: number;
  /** For any record while a case runs, before the agent is asked whether some were missed; doubles up to quietMaxMs. */
  readonly quietMs: number;
  readonly quietMaxMs: number;
  /** What the agent gives a killed program at least; a fifth of the case's timeout if that is more. */
  readonly dyingMinMs: number;
  /** How much longer than a case's timeout, and what the agent gives a dying program, before the host decides. */
  readonly graceMs: number;
  /** After that, for a sign of life, before the kernel counts as hung. */
  readonly silenceMs: number;
  /** Beyond the deadline when records still come: the agent is sending what it kept. */
  readonly drainMs: number;
}

/** The waits for a guest this many times slower than the reference. */
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

/** When the host decides on a case, counted from its start; the agent has its own rule in guests/agent/run.c. */
export function decisionMs(timeoutMs: number, { dyingMinMs, graceMs }: Pace): number {
  return timeoutMs + Math.max(dyingMinMs, timeoutMs / 5) + graceMs;
}
