/** How often one kernel was wrong. */
export interface Tally {
  readonly wrong: number;
  readonly runs: number;
}

/**
 * The probability that chance alone gives `patched` at least as many of all the wrong runs as it had, if both kernels
 * were wrong equally often: the one-sided exact test of Fisher. Where one kernel was never run it is 1.
 */
export function chanceOf(base: Tally, patched: Tally): number {
  const runs = base.runs + patched.runs;
  const wrong = base.wrong + patched.wrong;
  const atMost = Math.min(wrong, patched.runs);
  let sum = 0;
  for (let count = patched.wrong; count <= atMost; count += 1)
    sum += choose(patched.runs, count) * choose(base.runs, wrong - count);
  return sum / choose(runs, wrong);
}

/** `n` choose `k`, exact for the few dozen runs that anybody repeats a case. */
function choose(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let result = 1;
  for (let index = 1; index <= k; index += 1) result = (result * (n - k + index)) / index;
  return result;
}
