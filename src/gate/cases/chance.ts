/** How often one kernel was wrong. */
export interface Tally {
  readonly wrong: number;
  readonly runs: number;
}

/**
 * Fisher's exact test, one-sided: how likely `patched` is to have had at least this many of all the wrong runs by
 * chance, if both kernels go wrong equally often. 1 if either kernel was never run.
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

/** `n` choose `k`, exact for a few dozen, which is as often as a case is ever repeated. */
function choose(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let result = 1;
  for (let index = 1; index <= k; index += 1) result = (result * (n - k + index)) / index;
  return result;
}
