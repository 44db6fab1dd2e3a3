/** Anything made of numbers. */
type Numbers = { readonly [key: string]: unknown };

/** Field by field, the median of several results of one shape. Text is that of the first. */
export function medianOf<Shape extends Numbers>(results: readonly [Shape, ...Shape[]]): Shape {
  const [first] = results;
  return Object.fromEntries(
    Object.entries(first).map(([key, value]) => {
      const all = results.map((result) => result[key]);
      if (typeof value === 'number') return [key, median(all as number[])];
      if (typeof value === 'object' && value !== null) return [key, medianOf(all as [Numbers, ...Numbers[]])];
      return [key, value];
    }),
  ) as Shape;
}

/** The middle one, or the mean of the two in the middle, as a whole number. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : Math.round(((sorted[middle - 1] ?? Number.NaN) + upper) / 2);
}
