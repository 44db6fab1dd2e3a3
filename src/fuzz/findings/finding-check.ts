import { z } from 'zod';
import type { Failure } from '../judge/judge-batch.ts';

const expectation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ending'), endings: z.array(z.string()).min(1) }),
  z.strictObject({ kind: z.literal('value') }),
  z.strictObject({
    kind: z.literal('content'),
    page: z.int(),
    /** null for SIGBUS. */
    values: z.array(z.int().nullable()).min(1),
  }),
  z.strictObject({ kind: z.literal('mapping'), page: z.int(), rights: z.string().nullable() }),
  z.strictObject({ kind: z.literal('lock'), page: z.int(), isLocked: z.boolean() }),
  z.strictObject({ kind: z.literal('presence'), page: z.int() }),
]);

/** How each call ended before the failure, by the number of its step. */
const endings = z.record(z.string(), z.string());

/** The zod schema of check.json: what tells whether a program fails as it was found to. */
export const findingCheck = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('divergence'),
    step: z.int(),
    process: z.int(),
    expected: expectation,
    endings,
  }),
  z.strictObject({
    kind: z.literal('count'),
    process: z.int(),
    counter: z.enum(['VmSize', 'VmLck']),
    wanted: z.int(),
    endings,
  }),
  /** A splat, a hang, or a process that died: that the program runs to its end. */
  z.strictObject({ kind: z.literal('end') }),
]);

export type FindingCheck = z.infer<typeof findingCheck>;

/** The check for a failure. */
export function checkOf(failure: Failure): FindingCheck {
  if (failure.kind === 'count') {
    const { kind, process, counter, wanted } = failure;
    return { kind, process, counter, wanted, endings: listed(failure.endings) };
  }
  if (failure.kind !== 'divergence') return { kind: 'end' };
  const { step, process, expected } = failure.divergence;
  return {
    kind: 'divergence',
    step,
    process,
    // JSON has no undefined.
    expected: JSON.parse(JSON.stringify(expected, (_, value: unknown) => value ?? null)) as never,
    endings: listed(failure.endings),
  };
}

const listed = (map: ReadonlyMap<number, string>): Readonly<Record<string, string>> =>
  Object.fromEntries([...map].map(([step, ending]) => [String(step), ending]));

/** The failure that a check stands for, with what was seen in words. */
export function failureOf(check: FindingCheck, text: string): Failure {
  if (check.kind === 'end') return { kind: 'died', process: 0, status: 0 };
  const { process } = check;
  const known = new Map(Object.entries(check.endings).map(([step, ending]) => [Number(step), ending]));
  if (check.kind === 'count') {
    const { counter, wanted } = check;
    return { kind: 'count', process, counter, wanted, seen: wanted, endings: known };
  }
  return {
    kind: 'divergence',
    program: 0,
    divergence: { step: check.step, process, text, signature: '', expected: expectedBy(check.expected) },
    endings: known,
  };
}

function expectedBy(expected: z.infer<typeof expectation>) {
  if (expected.kind === 'content')
    return { ...expected, values: expected.values.map((value) => value ?? undefined) };
  return expected.kind === 'mapping' ? { ...expected, rights: expected.rights ?? undefined } : expected;
}
