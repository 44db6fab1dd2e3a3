import type { PlannedCase } from '../run/plan/plan.ts';

/** What a case took on the kernel without a bug, in milliseconds, by `SPEC/CASE`. */
export type Durations = Readonly<Record<string, number>>;

const LEAST_MS = 5_000;
const FACTOR = 10;

/**
 * The time for a case at reference speed on a kernel with a bug: ten times its time without, at least five seconds, and
 * never more than its spec says. Many bugs hang, and each would cost the deadlines of its cases.
 */
export function patienceWith({ spec, case: name, timeoutMs }: PlannedCase, took: Durations): number {
  const usual = took[`${spec}/${name}`];
  return usual === undefined ? timeoutMs : Math.min(timeoutMs, Math.max(LEAST_MS, FACTOR * usual));
}
