import type { CaseResult } from '../../run/record/record.ts';

/** Where a case was executed. */
export type ResultPlace = Pick<CaseResult, 'spec' | 'case' | 'arch' | 'kernel'>;

/** Finds the executions of a case on a kernel, in as much time for a hundred thousand as for ten. */
export type ResultsAt = (place: ResultPlace) => readonly CaseResult[];

export function resultsAt(results: readonly CaseResult[]): ResultsAt {
  const byPlace = Map.groupBy(results, keyOf);
  return (place) => byPlace.get(keyOf(place)) ?? [];
}

const keyOf = ({ spec, case: name, arch, kernel }: ResultPlace): string =>
  [spec, name, arch, kernel].join('\n');
