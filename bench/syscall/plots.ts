import { ALTERNATIVES } from './alternatives.ts';
import { KIB, MIB, PAGE, formatSize, type Scenario, type Use } from './job.ts';
import { renderPlot, type Bar } from './plot.ts';
import type { MeasuredPlace, Measurement } from './record.ts';

/** The plots of the page, by file name. */
export function renderPlots(place: MeasuredPlace): ReadonlyMap<string, string> {
  return new Map([
    [
      'work-arrives.svg',
      workPlot(place, 'arrives', 'Arrives, is handed over, and the consumer writes to all of it'),
    ],
    ['work-snapshot.svg', snapshotPlot(place)],
    ['peak.svg', peakPlot(place)],
    ['chunks.svg', chunkPlot(place)],
  ]);
}

const COMPARED = 16 * MIB;

function find(place: MeasuredPlace, scenario: Scenario, use: Use, id: string): Measurement | undefined {
  return place.measurements.find(
    ({ job }) =>
      job.scenario === scenario &&
      job.use === use &&
      job.alternative === id &&
      job.bytes === COMPARED &&
      !job.huge,
  );
}

function barsOf(
  place: MeasuredPlace,
  scenario: Scenario,
  use: Use,
  valuesOf: (measured: Measurement) => readonly number[],
): Bar[] {
  return ALTERNATIVES.flatMap(({ id }) => {
    const measured = find(place, scenario, use, id);
    return measured === undefined ? [] : [{ label: id, values: valuesOf(measured) }];
  });
}

/** For each page of what is handed over. */
const perPage = (count: number): number => count / (COMPARED / PAGE);

function workPlot(place: MeasuredPlace, scenario: Scenario, title: string): string {
  return renderPlot({
    title,
    parts: ['faults handing over', 'faults when written', 'copies by calls', 'copies by faults'],
    unit: `for each 4 KiB page of ${formatSize(COMPARED)}, ${place.arch}`,
    bars: barsOf(place, scenario, 'writes', ({ result: { transfer, use } }) =>
      [
        transfer.server.minor + transfer.consumer.minor,
        use.consumer.minor,
        transfer.copied_bytes / PAGE,
        use.copied_pages,
      ].map(perPage),
    ),
  });
}

function snapshotPlot(place: MeasuredPlace): string {
  return renderPlot({
    title: 'A snapshot is taken and read, and its source then writes to all of it',
    parts: ['faults taking it', 'faults of the source', 'copies by calls', 'copies by faults'],
    unit: `for each 4 KiB page of ${formatSize(COMPARED)}, ${place.arch}`,
    bars: barsOf(place, 'snapshot', 'reads', ({ result: { transfer, rewrite, use } }) =>
      [
        transfer.server.minor + transfer.consumer.minor + use.consumer.minor,
        rewrite?.server.minor ?? 0,
        transfer.copied_bytes / PAGE,
        rewrite?.copied_pages ?? 0,
      ].map(perPage),
    ),
  });
}

function peakPlot(place: MeasuredPlace): string {
  return renderPlot({
    title: `Peak memory of both processes for ${formatSize(COMPARED)}`,
    parts: ['MiB'],
    unit: `MiB, ${place.arch}; what arrives, in small pages`,
    bars: barsOf(place, 'arrives', 'reads', ({ result: { memory } }) => [memory.peak_kb / KIB]),
  });
}

function chunkPlot(place: MeasuredPlace): string {
  const chosen = place.measurements.filter(
    ({ job }) => job.scenario === 'chunks' && ['A1', 'A7'].includes(job.alternative),
  );
  return renderPlot({
    title: 'How much is handed over at a time: process_vm_writev() and process_vm_mmap()',
    parts: ['faults', 'pages copied', 'flushes'],
    unit: `for each 4 KiB page of ${formatSize(COMPARED)}, ${place.arch}`,
    bars: chosen.map(({ job, result: { transfer } }) => ({
      label: `${job.alternative} ${formatSize(job.chunk)}`,
      values: [
        transfer.server.minor + transfer.consumer.minor,
        transfer.copied_bytes / PAGE,
        (transfer.flush_all ?? 0) + (transfer.flush_calls ?? 0),
      ].map(perPage),
    })),
  });
}
