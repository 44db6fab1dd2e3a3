import type { CasePlace } from '../../run/plan/last-failed.ts';
import type { CaseResult } from '../../run/record/record.ts';

/** Finds the executions of a case on a kernel, in as much time for a hundred thousand as for ten. */
export type ResultsAt = (place: CasePlace) => readonly CaseResult[];

export function resultsAt(results: readonly CaseResult[]): ResultsAt {
  const byPlace = Map.groupBy(results, keyOf);
  return (place) => byPlace.get(keyOf(place)) ?? [];
}

const keyOf = ({ spec, case: name, arch, kernel }: CasePlace): string =>
  [spec, name, arch, kernel].join('\n');
