import { ALTERNATIVES } from './alternatives.ts';
import { comparedSize, type Selection } from './compared-size.ts';
import { formatSize, HUGE, MIB, PAGE, type Use } from './job.ts';
import type { BenchRecord, MeasuredPlace, Measurement } from './record.ts';

/** The rows of a table in Markdown; the first is its head. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...body.map(line)].join(
    '\n',
  );
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** A place as the tables call it. */
export const placeTitle = ({ arch, cpus }: MeasuredPlace): string =>
  `${arch}, ${cpus} ${cpus === 1 ? 'processor' : 'processors'}`;

/** The alternatives, as a list that the other tables refer to. */
export function renderAlternatives(): string {
  return renderTable([
    ['', 'how', 'what the consumer has'],
    ...ALTERNATIVES.map(({ id, title, result }) => [id, title, result]),
  ]);
}

/** What stands above a table. */
function caption(place: MeasuredPlace, bytes: number, huge: boolean): string {
  const pages = huge ? `${bytes / HUGE} huge` : `${bytes / PAGE} small`;
  return `*${bytes / MIB} MiB in ${pages} pages; ${placeTitle(place)}*\n\n`;
}

/** One row for each alternative: what it costs to hand over, and then for each use. */
export function renderCounts(place: MeasuredPlace, selection: Selection): string {
  const { scenario, huge } = selection;
  const bytes = comparedSize(place, selection);
  const chosen = place.measurements.filter(
    ({ job }) => job.scenario === scenario && job.bytes === bytes && job.huge === huge,
  );
  const byAlternative = Map.groupBy(chosen, ({ job }) => job.alternative);
  if (chosen.length === 0) return 'Not measured yet.';
  const snapshot = chosen.some(({ job }) => job.stays);
  const head = [
    '',
    'faults: server',
    'consumer',
    'pages copied',
    'peak MiB',
    'reads: faults',
    'writes: faults',
    'copies',
    '1 %: faults',
    'copies',
    ...(snapshot ? ['then the server writes all: faults', 'copies'] : []),
  ];
  const rows = [...byAlternative].map(([id, some]) => {
    const of = (use: Use) => some.find(({ job }) => job.use === use);
    const any = of('reads') ?? some[0];
    return [
      id,
      number(any?.result.transfer.server.minor),
      number(any?.result.transfer.consumer.minor),
      number(any && any.result.transfer.copied_bytes / PAGE),
      mebibytes(any?.result.memory.peak_kb),
      number(of('reads')?.result.use.consumer.minor),
      ...(['writes', 'touches'] as const).flatMap((use) => [
        number(of(use)?.result.use.consumer.minor),
        number(of(use)?.result.use.copied_pages),
      ]),
      ...(snapshot
        ? [number(any?.result.rewrite?.server.minor), number(any?.result.rewrite?.copied_pages)]
        : []),
    ];
  });
  return caption(place, bytes, huge) + renderTable([head, ...rows]);
}

/** What flushing costs: one row for each alternative, in the columns the places that count it. */
export function renderFlushes(all: readonly MeasuredPlace[], select: (one: Measurement) => boolean): string {
  const places = all.filter(({ measurements }) =>
    measurements.some((one) => select(one) && countsFlushes(one)),
  );
  if (places.length === 0) return 'Not measured yet.';
  const chosen = places.flatMap(({ measurements }) => measurements.filter(select));
  const head = places.flatMap((place) => [
    `${placeTitle(place)}: whole TLB`,
    'entries',
    'asked of others',
    'received',
  ]);
  const rows = [...new Set(chosen.map(({ id }) => id))].map((id) => {
    const cells = places.flatMap(({ measurements }) => {
      const found = measurements.find((one) => one.id === id)?.result.transfer;
      const received = found?.flush_received ?? found?.flush_interrupts;
      return [found?.flush_all, found?.flush_one, found?.flush_calls, received].map(number);
    });
    return [id.split('/')[1] ?? '', ...cells];
  });
  return renderTable([['', ...head], ...rows]);
}

/** Interrupts are counted by every kernel for x86, the rest only on request. */
function countsFlushes({ result: { transfer } }: Measurement): boolean {
  return transfer.flush_calls !== undefined || transfer.flush_interrupts !== undefined;
}

/** Faults, swap and copies of jobs that have to do with swap. */
export function renderSwap(place: MeasuredPlace, scenario: 'swapped' | 'pressure'): string {
  const some = place.measurements.filter(({ job }) => job.scenario === scenario && job.use === 'reads');
  const [first] = some;
  if (first === undefined) return 'Not measured yet.';
  const table = renderTable([
    [
      '',
      'read from swap',
      'written to swap',
      'major faults',
      'pages copied',
      'peak MiB',
      'while reading it: from swap',
    ],
    ...some.map(({ job, result: { transfer, use, memory } }) => [
      job.alternative,
      number(transfer.swapped_in),
      number(transfer.swapped_out),
      number(transfer.server.major + transfer.consumer.major),
      number(transfer.copied_bytes / PAGE),
      mebibytes(memory.peak_kb),
      number(use.swapped_in),
    ]),
  ]);
  return caption(place, first.job.bytes, first.job.huge) + table;
}

/** Jobs that differ only in how much is handed over at a time. */
export function renderChunks(place: MeasuredPlace): string {
  const some = place.measurements.filter(({ job }) => job.scenario === 'chunks');
  const [first] = some;
  if (first === undefined) return 'Not measured yet.';
  const table = renderTable([
    [
      '',
      'at a time',
      'faults of both',
      'pages copied',
      'peak MiB',
      'mappings of the consumer',
      'flushes to others',
    ],
    ...some.map(({ job, result: { transfer, memory } }) => [
      job.alternative,
      formatSize(job.chunk),
      number(transfer.server.minor + transfer.consumer.minor),
      number(transfer.copied_bytes / PAGE),
      mebibytes(memory.peak_kb),
      number(memory.consumer_mappings),
      number(transfer.flush_calls),
    ]),
  ]);
  return caption(place, first.job.bytes, first.job.huge) + table;
}

/** Times, in milliseconds, one column for each size. */
export function renderTimes(place: MeasuredPlace, huge: boolean): string {
  if (place.accelerator !== 'kvm')
    return 'Not measured yet: the times of an emulated guest are in the record, and say nothing about hardware.';
  const some = place.measurements.filter(
    ({ job }) => job.scenario === 'arrives' && job.use === 'reads' && job.huge === huge,
  );
  const sizes = [...new Set(some.map(({ job }) => job.bytes))].toSorted((left, right) => left - right);
  const ids = [...new Set(some.map(({ job }) => job.alternative))];
  const rows = ids.map((id) => [
    id,
    ...sizes.map((bytes) => {
      const found = some.find(({ job }) => job.alternative === id && job.bytes === bytes);
      return found === undefined ? '' : milliseconds(found.result.transfer.ns + found.result.use.ns);
    }),
  ]);
  return renderTable([['', ...sizes.map(formatSize)], ...rows]);
}

/** Every reason that explained a count, and how many measurements it was needed for. */
export function renderExplained({ places }: BenchRecord): string {
  const all = places.flatMap(({ measurements }) => measurements);
  const reasons = Map.groupBy(
    all.flatMap(({ explained }) => explained),
    (why) => why,
  );
  const checked = all.length;
  const rows = [...reasons].map(([why, times]) => [why, String(times.length)]);
  return renderTable([['why a count is not what the model says', `measurements, of ${checked}`], ...rows]);
}

/** Where it was measured. */
export function renderPlaces({ places }: BenchRecord): string {
  return renderTable([
    ['machine', 'kernel', 'emulator', 'measurements', 'rounds', 'seconds', 'load of the host'],
    ...places.map((place) => [
      placeTitle(place),
      place.kernel,
      `QEMU ${place.qemu}, ${place.accelerator}`,
      String(place.measurements.length),
      String(place.rounds),
      String(place.seconds),
      place.load.join(' to '),
    ]),
  ]);
}

const number = (value: number | undefined): string => (value === undefined ? '' : String(value));
const mebibytes = (kilobytes: number | undefined): string =>
  kilobytes === undefined ? '' : (kilobytes / 1024).toFixed(1);
const milliseconds = (nanoseconds: number): string => (nanoseconds / 1e6).toFixed(1);
