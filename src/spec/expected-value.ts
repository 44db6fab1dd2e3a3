import { z } from 'zod';
import type { ObservationValue } from '../console/agent/transcript.ts';
import { isRegularExpression } from '../util/is-regular-expression.ts';

const literal = z.union([
  z.string(),
  z.number().refine(isExact, 'Write integers beyond 2^53 as quoted hex text: "0x…".'),
  z.boolean(),
]);

const matcher = z
  .strictObject({
    at_most: z.number(),
    at_least: z.number(),
    between: z
      .array(z.number())
      .length(2, 'Write two bounds, both included: [1, 3].')
      .refine(([low = 0, high = 0]) => low <= high, 'The lower bound comes first.'),
    one_of: z.array(literal).min(1, 'Name at least one value.'),
    not: literal,
    matches: z.string().refine(isRegularExpression, 'This is not a regular expression.'),
  })
  .partial()
  .refine((given) => Object.keys(given).length === 1, 'Write exactly one matcher here.')
  .meta({ minProperties: 1, maxProperties: 1 });

/** Schema of what a spec expects of one observation: a literal, or a matcher. */
export const expectedValue = z.union([literal, matcher]);

/** What a spec expects of one observation. */
export type ExpectedValue = z.infer<typeof expectedValue>;

/** Whether an observed value is as expected. */
export function isAsExpected(expected: ExpectedValue, seen: ObservationValue): boolean {
  if (typeof expected !== 'object') return seen === expected;
  const { at_most: most, at_least: least, between, one_of: choices, not, matches } = expected;
  if (most !== undefined) return isWithin(seen, -Infinity, most);
  if (least !== undefined) return isWithin(seen, least, Infinity);
  if (between !== undefined) return isWithin(seen, between[0] ?? Infinity, between[1] ?? -Infinity);
  if (choices !== undefined) return choices.includes(seen);
  // "not 0" seen as text "0" is a mistake in the program or the spec, not proof of anything.
  if (not !== undefined) return typeof seen === typeof not && seen !== not;
  if (matches !== undefined) return typeof seen === 'string' && new RegExp(matches, 'u').test(seen);
  return false;
}

/** An expectation in words, to stand after "expected". */
export function describeExpected(expected: ExpectedValue): string {
  if (typeof expected !== 'object') return describeValue(expected);
  const { at_most: most, at_least: least, between, one_of: choices, not, matches } = expected;
  if (most !== undefined) return `at most ${most}`;
  if (least !== undefined) return `at least ${least}`;
  if (between !== undefined) return `between ${between.join(' and ')}`;
  if (choices !== undefined) return `one of ${choices.map(describeValue).join(', ')}`;
  if (not !== undefined) return `anything but ${describeValue(not)}`;
  return `text that matches /${matches}/`;
}

/** A value as it would be written in a spec: text that looks like another type is quoted. */
export function describeValue(value: ObservationValue): string {
  if (typeof value !== 'string') return String(value);
  return /^[A-Za-z_][\w.:/ -]*$/u.test(value) && value !== 'true' && value !== 'false'
    ? value
    : JSON.stringify(value);
}

function isWithin(seen: ObservationValue, low: number, high: number): boolean {
  const value = numeric(seen);
  return value !== undefined && value >= low && value <= high;
}

function numeric(value: ObservationValue): number | bigint | undefined {
  if (typeof value === 'number') return value;
  // Integers too big for a number travel as hex text.
  return typeof value === 'string' && /^0x[\da-f]+$/iu.test(value) ? BigInt(value) : undefined;
}

function isExact(value: number): boolean {
  return !Number.isInteger(value) || Number.isSafeInteger(value);
}
