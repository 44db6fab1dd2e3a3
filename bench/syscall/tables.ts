import { ALTERNATIVES } from './alternatives.ts';
import { formatSize, HUGE, MIB, PAGE, type Job, type Use } from './job.ts';
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

/** Which jobs a table is about. */
export interface Selection {
  readonly scenario: Job['scenario'];
  readonly bytes: number;
  readonly huge: boolean;
}

/** One row for each alternative: what it costs to hand over, and then for each use. */
export function renderCounts(place: MeasuredPlace, { scenario, bytes, huge }: Selection): string {
  const chosen = place.measurements.filter(
    ({ job }) => job.scenario === scenario && job.bytes === bytes && job.huge === huge,
  );
  const byAlternative = Map.groupBy(chosen, ({ job }) => job.alternative);
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
  return renderTable([head, ...rows]);
}

/** What flushing costs: one row for each alternative, in the columns the places that count it. */
export function renderFlushes(
  places: readonly MeasuredPlace[],
  select: (one: Measurement) => boolean,
): string {
  const ids = [
    ...new Set(places.flatMap(({ measurements }) => measurements.filter(select).map(({ id }) => id))),
  ];
  const head = places.flatMap((place) => [
    `${placeTitle(place)}: flushes`,
    'of them to others',
    'received',
    'entries',
  ]);
  const rows = ids.map((id) => {
    const cells = places.flatMap(({ measurements }) => {
      const found = measurements.find((one) => one.id === id)?.result.transfer;
      if (found === undefined) return ['', '', '', ''];
      const { flush_all: all, flush_calls: calls, flush_received: received, flush_one: one } = found;
      return [number(all), number(calls), number(received), number(one)];
    });
    return [id.split('/').slice(1).join(' '), ...cells];
  });
  return renderTable([['', ...head], ...rows]);
}

/** Faults, swap and copies of jobs that have to do with swap. */
export function renderSwap(place: MeasuredPlace, scenario: 'swapped' | 'pressure'): string {
  const some = place.measurements.filter(({ job }) => job.scenario === scenario && job.use === 'reads');
  return renderTable([
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
}

/** Jobs that differ only in how much is handed over at a time. */
export function renderChunks(place: MeasuredPlace): string {
  const some = place.measurements.filter(({ job }) => job.scenario === 'chunks');
  return renderTable([
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
}

/** Times, in milliseconds, one column for each size. */
export function renderTimes(place: MeasuredPlace, huge: boolean): string {
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

/** The sizes that huge pages make a difference for. */
export const isHugeEnough = (bytes: number): boolean => bytes >= HUGE && bytes % MIB === 0;
