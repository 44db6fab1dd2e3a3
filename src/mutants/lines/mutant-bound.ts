/** How many bugs to plant, or for how long. */
export type MutantBound =
  { readonly kind: 'count'; readonly count: number } | { readonly kind: 'time'; readonly ms: number };

/** Without any other bound. */
export const DEFAULT_BOUND = '10m';

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 };

/** Reads `20`, `90s`, `10m`, `10min` or `1h`; undefined for anything else. */
export function parseBound(text: string): MutantBound | undefined {
  const [, digits = '', unit] = /^([1-9]\d{0,5})(s|m|min|h|)$/u.exec(text) ?? [];
  if (unit === undefined) return undefined;
  const amount = Number(digits);
  const ms = UNITS_MS[unit];
  return ms === undefined ? { kind: 'count', count: amount } : { kind: 'time', ms: amount * ms };
}
