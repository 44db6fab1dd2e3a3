import { z } from 'zod';

const MS_PER_UNIT: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
};
const MIB_PER_UNIT: Readonly<Record<string, number>> = { MiB: 1, GiB: 1_024 };

/** A duration as people write it: `500 ms`, `10 s`, `2 min`, `1h`. */
export const duration = z
  .string()
  .regex(/^\d+ ?(?:ms|s|m|min|h)$/u, 'Write a duration such as "500 ms", "10 s" or "2 min".');

/** An amount of memory: `128 MiB`, `1 GiB`. */
export const memorySize = z
  .string()
  .regex(/^\d+ ?(?:MiB|GiB)$/u, 'Write an amount of memory such as "128 MiB" or "1 GiB".');

/** One word of a kernel command line. */
export const kernelParameter = z
  .string()
  .regex(/^[!-~]+$/u, 'Kernel parameters are printable and have no spaces.');

/** Milliseconds of a validated duration. */
export const durationMs = (text: string): number => scaled(text, MS_PER_UNIT);

/** MiB of a validated amount of memory. */
export const sizeMiB = (text: string): number => scaled(text, MIB_PER_UNIT);

function scaled(text: string, units: Readonly<Record<string, number>>): number {
  const [, digits, unit = ''] = /^(\d+) ?(\w+)$/u.exec(text) ?? [];
  return Number(digits) * (units[unit] ?? Number.NaN);
}
