import type { FigureRecord } from './record.ts';

/** How much worse than recorded a ratio may be. */
export const TOLERANCE = 0.25;

type Ratios = FigureRecord['ratios'];

/** A ratio that is worse than it was. */
export interface WorseRatio {
  readonly name: string;
  readonly recorded: number;
  readonly now: number;
}

/** What comparing with a record says. */
export interface CheckedRatios {
  readonly worse: readonly WorseRatio[];
  readonly compared: number;
  /** Measured, but not in the record: nothing is known of them. */
  readonly unknown: readonly string[];
}

/** Compares ratios with those that were recorded; less is better. */
export function checkRatios(now: Ratios, recorded: Ratios): CheckedRatios {
  const before = new Map(recorded.map(({ name, value }) => [name, value]));
  const known = now.filter(({ name }) => before.has(name));
  return {
    worse: known
      .map(({ name, value }) => ({ name, recorded: before.get(name) ?? Number.NaN, now: value }))
      .filter((one) => one.now > one.recorded * (1 + TOLERANCE)),
    compared: known.length,
    unknown: now.filter(({ name }) => !before.has(name)).map(({ name }) => name),
  };
}
