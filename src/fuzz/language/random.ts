/** Random choices that a seed repeats. */
export interface Random {
  /** A whole number below `limit`, from 0. */
  below(limit: number): number;
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<const T>(values: readonly T[]): T;
}

/** A stream of random choices for these numbers: the same numbers, the same stream. */
export function createRandom(...seeds: readonly number[]): Random {
  // Each number is mixed into the state of a SplitMix32 generator.
  let state = 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  for (const seed of seeds) state = next() ^ seed;
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (probability) => next() / 2 ** 32 < probability,
    pick<const T>(values: readonly T[]): T {
      if (values.length === 0) throw new RangeError('There is nothing to pick from.');
      return values[below(values.length)] as T;
    },
  };
}
