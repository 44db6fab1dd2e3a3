import { z } from 'zod';
import { median } from '../../util/median.ts';
import type { CaseResult } from '../record/record.ts';
import { caseTitle, type PlannedCase } from './plan.ts';

/** Raised when the keys change their meaning. */
export const DURATIONS_VERSION = 1;

/** The format of a file of durations: milliseconds by the title of a case, as `caseTitle` writes it. */
export const durationsSchema = z.strictObject({
  version: z.literal(DURATIONS_VERSION),
  ms: z.record(z.string(), z.number().nonnegative()),
});

/** How long cases took on each kernel and architecture, in milliseconds. */
export type Durations = z.infer<typeof durationsSchema>['ms'];

/** What a run says about durations: the median of a case's repeats. Trouble of the harness took as long as it took. */
export function durationsOf(results: readonly CaseResult[]): Durations {
  const executed = results.filter(({ outcome }) => outcome !== 'infra-error');
  const titles = Map.groupBy(executed, (one) => caseTitle({ ...one, repeat: 1 }));
  return Object.fromEntries(
    [...titles].map(([title, found]) => [title, Math.round(median(found.map(({ ms }) => ms)))]),
  );
}

/**
 * How long each case of a plan will take: as long as it took, or, if it is new, as the median of its spec, or else of
 * all. `undefined` if none of them was measured.
 */
export function expectDurations(
  plan: readonly PlannedCase[],
  durations: Durations,
): readonly number[] | undefined {
  const measured = plan.map((planned) => durations[caseTitle({ ...planned, repeat: 1 })]);
  const known = plan.flatMap(({ spec }, index) => {
    const ms = measured[index];
    return ms === undefined ? [] : [{ spec, ms }];
  });
  if (known.length === 0) return undefined;
  const specs = new Map(
    [...Map.groupBy(known, ({ spec }) => spec)].map(([spec, of]) => [spec, median(of.map(({ ms }) => ms))]),
  );
  const typical = median(known.map(({ ms }) => ms));
  // Nothing takes no time: a shard of such cases alone would never be full.
  return plan.map(({ spec }, index) => Math.max(1, measured[index] ?? specs.get(spec) ?? typical));
}
