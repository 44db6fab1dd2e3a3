import { durationMs } from '../../spec/quantity.ts';

/** How many bugs to plant, or for how long. */
export type MutantBound =
  { readonly kind: 'count'; readonly count: number } | { readonly kind: 'time'; readonly ms: number };

/** Without any other bound. */
export const DEFAULT_BOUND = '10m';

/** Reads `20`, `90s`, `10m`, `10min` or `1h`; undefined for anything else. */
export function parseBound(text: string): MutantBound | undefined {
  const [, digits = '', unit] = /^([1-9]\d{0,5})(s|m|min|h|)$/u.exec(text) ?? [];
  if (unit === undefined) return undefined;
  return unit === '' ? { kind: 'count', count: Number(digits) } : { kind: 'time', ms: durationMs(text) };
}
