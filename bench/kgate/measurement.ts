import { median } from '../../src/util/median.ts';

/** A number that was measured, the median of its samples. */
export interface Figure {
  /** Stays the same from run to run, such as "clone answers, waiting, x86_64". */
  readonly name: string;
  readonly unit: 'ms' | 's' | 'MiB' | 'cases/s';
  readonly value: number;
  readonly samples: readonly number[];
  /** What it has to reach. */
  readonly floor?: number;
}

/** Two figures of one run, the first divided by the second: says more than either where machines are noisy. */
export interface Ratio {
  readonly name: string;
  /** Less is better. */
  readonly value: number;
}

/** What a measurement found. */
export interface Measured {
  readonly figures: readonly Figure[];
  readonly ratios: readonly Ratio[];
}

/** Something that `npm run bench` measures. Each is one file beside this one. */
export interface Measurement {
  readonly name: string;
  /** For a reader of the list, one line. */
  readonly about: string;
  /** Left out unless it is asked for by name: it takes minutes. */
  readonly long?: true;
  measure(rounds: number): Promise<Measured>;
}

/** A figure of samples, rounded to what a stopwatch can tell. */
export function figureOf(
  name: string,
  unit: Figure['unit'],
  samples: readonly number[],
  floor?: number,
): Figure {
  const rounded = samples.map(round);
  return {
    name,
    unit,
    value: round(median(samples)),
    samples: rounded,
    ...(floor === undefined ? {} : { floor }),
  };
}

/** How many times the second figure the first is. */
export function ratioOf(name: string, over: Figure, under: Figure): Ratio {
  return { name, value: Math.round((over.value / under.value) * 1_000) / 1_000 };
}

/** Whether a figure is as good as it has to be; `undefined` where nothing is asked of it. */
export function meetsFloor({ unit, value, floor }: Figure): boolean | undefined {
  if (floor === undefined) return undefined;
  return unit === 'cases/s' ? value >= floor : value <= floor;
}

function round(number: number): number {
  const digits = number >= 100 ? 0 : number >= 10 ? 1 : 3;
  return Number(number.toFixed(digits));
}
