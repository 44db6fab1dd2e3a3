import type { RecordedRun } from './recorded-run.ts';

/** What a recorded run is about, in a few words. */
export function titleOf({ run, gate }: RecordedRun): string {
  if (gate !== undefined) {
    const { title, version } = gate.series;
    return version > 1 ? `${title} (v${version})` : title;
  }
  const kernels = [...new Set(run.cases.map(({ kernel }) => kernel))];
  return kernels.length === 0 ? 'nothing was executed' : kernels.join(', ');
}
