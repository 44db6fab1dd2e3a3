/** The answer that one state of a history gives. */
export const PROBE_ANSWERS = ['good', 'bad', 'cannot-tell'] as const;
export type ProbeAnswer = (typeof PROBE_ANSWERS)[number];

/** The outcome of a bisection. State 0 is before the first change, state n after the n-th. */
export type Bisection =
  | { readonly kind: 'found'; readonly first: number }
  /** One of the changes first … last; the states between them could not tell which. */
  | { readonly kind: 'narrowed'; readonly first: number; readonly last: number }
  | { readonly kind: 'not-good-before'; readonly answer: ProbeAnswer }
  | { readonly kind: 'not-bad-after'; readonly answer: ProbeAnswer };

/**
 * Finds the change that turns good into bad, testing as few of the states 0 … `changes` as possible. Both ends are
 * tested first. A state that cannot tell is skipped for the nearest one that can.
 */
export async function findFirstBad(
  changes: number,
  ask: (state: number) => Promise<ProbeAnswer>,
): Promise<Bisection> {
  const before = await ask(0);
  if (before !== 'good') return { kind: 'not-good-before', answer: before };
  const after = await ask(changes);
  if (after !== 'bad') return { kind: 'not-bad-after', answer: after };
  let [good, bad] = [0, changes];
  const silent = new Set<number>();
  for (;;) {
    const next = nearestToMiddle(good, bad, silent);
    if (next === undefined) break;
    const answer = await ask(next);
    if (answer === 'good') good = next;
    else if (answer === 'bad') bad = next;
    else silent.add(next);
  }
  return bad - good === 1 ? { kind: 'found', first: bad } : { kind: 'narrowed', first: good + 1, last: bad };
}

function nearestToMiddle(good: number, bad: number, silent: ReadonlySet<number>): number | undefined {
  const middle = (good + bad) / 2;
  let nearest: number | undefined;
  for (let state = good + 1; state < bad; state++) {
    if (silent.has(state)) continue;
    if (nearest === undefined || Math.abs(state - middle) < Math.abs(nearest - middle)) nearest = state;
  }
  return nearest;
}
