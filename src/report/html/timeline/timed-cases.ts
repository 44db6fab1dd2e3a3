import type { CaseResult, RunRecord } from '../../../run/record/record.ts';

/** A case whose guest can be placed in time. */
export type TimedCase = CaseResult & { readonly startedMs: number; readonly slot: number };

/** The cases whose guests can be placed in time. */
export function timedCases({ cases }: Pick<RunRecord, 'cases'>): TimedCase[] {
  return cases.flatMap((one) => {
    const { startedMs, slot } = one;
    return startedMs === undefined || slot === undefined ? [] : [{ ...one, startedMs, slot }];
  });
}
