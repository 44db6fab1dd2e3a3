import { ALTERNATIVES } from './alternatives.ts';
import { comparedSize } from './compared-size.ts';
import { KIB, PAGE, formatSize, type Scenario, type Use } from './job.ts';
import { renderPlot, type Bar } from './plot.ts';
import type { MeasuredPlace, Measurement } from './record.ts';

/** The plots of the page, by file name. */
export function renderPlots(place: MeasuredPlace): ReadonlyMap<string, string> {
  return new Map([
    ['work-arrives.svg', workPlot(place, sizeOf(place, 'arrives'))],
    ['work-snapshot.svg', snapshotPlot(place, sizeOf(place, 'snapshot'))],
    ['peak.svg', peakPlot(place, sizeOf(place, 'arrives'))],
    ['chunks.svg', chunkPlot(place, sizeOf(place, 'chunks'))],
  ]);
}

const sizeOf = (place: MeasuredPlace, scenario: Scenario): number =>
  comparedSize(place, { scenario, huge: false });

interface BarSelection {
  readonly place: MeasuredPlace;
  readonly scenario: Scenario;
  readonly use: Use;
  readonly bytes: number;
}

/** A bar for each alternative, of what was measured with small pages. */
function barsOf(
  { place, scenario, use, bytes }: BarSelection,
  valuesOf: (measured: Measurement) => readonly number[],
): Bar[] {
  const chosen = place.measurements.filter(
    ({ job }) => job.scenario === scenario && job.use === use && job.bytes === bytes && !job.huge,
  );
  return ALTERNATIVES.flatMap(({ id }) => {
    const measured = chosen.find(({ job }) => job.alternative === id);
    return measured === undefined ? [] : [{ label: id, values: valuesOf(measured) }];
  });
}

/** For each page of what is handed over. */
const perPage =
  (bytes: number) =>
  (count: number): number =>
    count / (bytes / PAGE);

function workPlot(place: MeasuredPlace, bytes: number): string {
  return renderPlot({
    title: 'Arrives, is handed over, and the consumer writes to all of it',
    parts: ['faults handing over', 'faults when written', 'copies by calls', 'copies by faults'],
    unit: `for each 4 KiB page of ${formatSize(bytes)}, ${place.arch}`,
    bars: barsOf({ place, scenario: 'arrives', use: 'writes', bytes }, ({ result: { transfer, use } }) =>
      [
        transfer.server.minor + transfer.consumer.minor,
        use.consumer.minor,
        transfer.copied_bytes / PAGE,
        use.copied_pages,
      ].map(perPage(bytes)),
    ),
  });
}

function snapshotPlot(place: MeasuredPlace, bytes: number): string {
  return renderPlot({
    title: 'A snapshot is taken and read, and its source then writes to all of it',
    parts: ['faults taking it', 'faults of the source', 'copies by calls', 'copies by faults'],
    unit: `for each 4 KiB page of ${formatSize(bytes)}, ${place.arch}`,
    bars: barsOf(
      { place, scenario: 'snapshot', use: 'reads', bytes },
      ({ result: { transfer, rewrite, use } }) =>
        [
          transfer.server.minor + transfer.consumer.minor + use.consumer.minor,
          rewrite?.server.minor ?? 0,
          transfer.copied_bytes / PAGE,
          rewrite?.copied_pages ?? 0,
        ].map(perPage(bytes)),
    ),
  });
}

function peakPlot(place: MeasuredPlace, bytes: number): string {
  return renderPlot({
    title: `Peak memory of both processes for ${formatSize(bytes)}`,
    parts: ['MiB'],
    unit: `MiB, ${place.arch}; what arrives, in small pages`,
    bars: barsOf({ place, scenario: 'arrives', use: 'reads', bytes }, ({ result: { memory } }) => [
      memory.peak_kb / KIB,
    ]),
  });
}

function chunkPlot(place: MeasuredPlace, bytes: number): string {
  const chosen = place.measurements.filter(
    ({ job }) => job.scenario === 'chunks' && ['A1', 'A7'].includes(job.alternative),
  );
  return renderPlot({
    title: 'How much is handed over at a time: process_vm_writev() and process_vm_mmap()',
    parts: ['faults', 'pages copied', 'flushes'],
    unit: `for each 4 KiB page of ${formatSize(bytes)}, ${place.arch}`,
    bars: chosen.map(({ job, result: { transfer } }) => ({
      label: `${job.alternative} ${formatSize(job.chunk)}`,
      values: [
        transfer.server.minor + transfer.consumer.minor,
        transfer.copied_bytes / PAGE,
        (transfer.flush_all ?? 0) + (transfer.flush_calls ?? 0),
      ].map(perPage(bytes)),
    })),
  });
}
