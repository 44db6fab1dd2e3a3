import type { NumberRange } from './sequence.ts';

/** How many ranges to name; a line cut for one second loses thousands of records. */
const NAMED_MAX = 8;

/** Ascending numbers as a person writes them: `3, 5 to 9 and 12`. */
export function describeNumbers(numbers: readonly number[]): string {
  const ranges = rangesOf(numbers);
  const named = ranges
    .slice(0, NAMED_MAX)
    .map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`));
  const rest = ranges.slice(NAMED_MAX).reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const parts = rest === 0 ? named : [...named, `${rest} more`];
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

function rangesOf(numbers: readonly number[]): NumberRange[] {
  const ranges: NumberRange[] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last?.to === number - 1) ranges[ranges.length - 1] = { from: last.from, to: number };
    else ranges.push({ from: number, to: number });
  }
  return ranges;
}
