import { UsageError } from '../../errors.ts';
import type { CaseResult, RunRecord } from '../record/record.ts';
import type { PlannedCase } from './plan.ts';

/** One case on one kernel and architecture. */
export type CasePlace = Pick<PlannedCase, 'spec' | 'case' | 'kernel' | 'arch'>;

/** Where cases of a run did not pass, as they should have. Throws UsageError when there is no such case. */
export function failedPlaces({ id, cases }: RunRecord): readonly CasePlace[] {
  const places = cases
    .filter(hasFailed)
    .map(({ spec, case: name, kernel, arch }) => ({ spec, case: name, kernel, arch }));
  if (places.length > 0) return places;
  throw new UsageError(`No case failed in the last run, ${id}.`, {
    code: 'RUN_NOTHING_FAILED',
    hint: 'Leave --last-failed out.',
  });
}

/** Whether a case counts against its run. */
export function hasFailed({ outcome, known }: Pick<CaseResult, 'outcome' | 'known'>): boolean {
  return outcome !== 'passed' && outcome !== 'skipped' && known === undefined;
}

/** What of a plan is at one of these places. Throws UsageError when that is nothing. */
export function planAmong(
  plan: readonly PlannedCase[],
  places: readonly CasePlace[],
): readonly PlannedCase[] {
  const keys = new Set(places.map(keyOf));
  const rest = plan.filter((planned) => keys.has(keyOf(planned)));
  if (rest.length > 0) return rest;
  throw new UsageError('None of the cases that failed in the last run is in this plan.', {
    code: 'RUN_EMPTY',
    hint: 'Leave the other filters or --last-failed out; "kgate report" shows the last run.',
  });
}

const keyOf = ({ spec, case: name, kernel, arch }: CasePlace): string =>
  JSON.stringify([spec, name, kernel, arch]);
