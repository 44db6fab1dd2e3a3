import type { MeasuredPlace, Measurement } from './record.ts';

/** Joins what was measured at several times: for each machine, the last measurement of each job. */
export function mergePlaces(places: readonly MeasuredPlace[]): MeasuredPlace[] {
  const groups = Map.groupBy(places, ({ kernel, arch, cpus }) => `${kernel} ${arch} ${cpus}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const last = group.at(-1);
    if (first === undefined || last === undefined) return [];
    return [
      {
        ...last,
        rounds: Math.min(...group.map(({ rounds }) => rounds)),
        seconds: group.reduce((sum, { seconds }) => sum + seconds, 0),
        load: loadsOf(group),
        measurements: lastOfEach(group.flatMap(({ measurements }) => measurements)),
      },
    ];
  });
}

/** The lowest and the highest. */
function loadsOf(group: readonly MeasuredPlace[]): [number, number] {
  const loads = group.flatMap(({ load }) => load);
  return [Math.min(...loads), Math.max(...loads)];
}

function lastOfEach(measurements: readonly Measurement[]): Measurement[] {
  return [...new Map(measurements.map((one) => [one.id, one])).values()];
}
