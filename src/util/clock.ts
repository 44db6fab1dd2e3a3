/** A clock with timers: the host's own, or one that a test moves. */
export interface Clock {
  /** Milliseconds since some moment; never goes back. */
  now(): number;
  /** Calls back after so many milliseconds, unless the returned function is called first. */
  after(ms: number, wake: () => void): () => void;
}

/** The clock of this process. */
export const hostClock: Clock = {
  now: () => performance.now(),
  after(ms, wake) {
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  },
};
