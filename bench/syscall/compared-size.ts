import type { Scenario } from './job.ts';
import type { MeasuredPlace } from './record.ts';

/** Which jobs a table or a plot is about. */
export interface Selection {
  readonly scenario: Scenario;
  readonly huge: boolean;
}

/** The size, in bytes, at which most of a scenario was measured, and the largest of several; 0 if it was not. */
export function comparedSize({ measurements }: MeasuredPlace, { scenario, huge }: Selection): number {
  const jobs = measurements.map(({ job }) => job);
  const sizes = jobs
    .filter((job) => job.scenario === scenario && job.huge === huge)
    .map(({ bytes }) => bytes);
  const groups = [...Map.groupBy(sizes, (bytes) => bytes)];
  const most = Math.max(0, ...groups.map(([, all]) => all.length));
  return Math.max(0, ...groups.filter(([, all]) => all.length === most).map(([bytes]) => bytes));
}
