import { UsageError } from '../../errors.ts';
import type { CaseResult, RunRecord } from '../record/record.ts';
import type { PlannedCase } from './plan.ts';

/** One case on one kernel and architecture. */
export type CasePlace = Pick<PlannedCase, 'spec' | 'case' | 'kernel' | 'arch'>;

/** The places where cases of a run, or tests that their programs reported, did not pass but should have. Throws UsageError when there are none. */
export function failedPlaces({ id, cases }: RunRecord): readonly CasePlace[] {
  const places = cases
    .filter(hasFailed)
    .map(({ spec, case: name, of, kernel, arch }) => ({ spec, case: of ?? name, kernel, arch }));
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

/** The part of a plan at these places. Throws UsageError when it is empty. */
export function planAmong(
  plan: readonly PlannedCase[],
  places: readonly CasePlace[],
): readonly PlannedCase[] {
  const keys = new Set(places.map(keyOf));
  const rest = plan.filter((planned) => keys.has(keyOf(planned)));
  if (rest.length > 0) return rest;
  throw new UsageError('None of the cases that failed in the last run are in this plan.', {
    code: 'RUN_EMPTY',
    hint: 'Leave the other filters or --last-failed out; "kgate report" shows the last run.',
  });
}

const keyOf = ({ spec, case: name, kernel, arch }: CasePlace): string =>
  JSON.stringify([spec, name, kernel, arch]);
