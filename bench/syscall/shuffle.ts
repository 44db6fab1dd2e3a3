import { createRandom } from '../../scripts/kills/random.ts';

/** Another order of the same things; the same seed gives the same order. */
export function shuffle<Item>(items: readonly Item[], seed: number): Item[] {
  const random = createRandom(seed);
  return items
    .map((item) => ({ item, key: random.share() }))
    .toSorted((left, right) => left.key - right.key)
    .map(({ item }) => item);
}
