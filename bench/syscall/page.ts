import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/run/project/project.ts';
import { MIB } from './job.ts';
import { renderPlots } from './plots.ts';
import type { BenchRecord, MeasuredPlace } from './record.ts';
import {
  renderAlternatives,
  renderChunks,
  renderCounts,
  renderExplained,
  renderFlushes,
  renderPlaces,
  renderSwap,
  renderTimes,
} from './tables.ts';

const FOLDER = join(PACKAGE_ROOT, 'docs/process-vm-mmap');
/** What the tables are put into. */
export const PAGE_FILE = join(FOLDER, 'benchmark.md');
const PLOTS = join(FOLDER, 'benchmark');
const COMPARED = 16 * MIB;

/** Writes the tables and plots of the page anew; what stands between them is written by people. */
export async function writePage(record: BenchRecord): Promise<void> {
  const [place] = record.places;
  if (place === undefined) return;
  const text = await readFile(PAGE_FILE, 'utf8');
  const tables = Object.entries(tablesOf(record, place));
  await writeFile(
    PAGE_FILE,
    tables.reduce((page, [name, table]) => replaceTable(page, name, table), text),
  );
  await mkdir(PLOTS, { recursive: true });
  for (const [name, svg] of renderPlots(place)) await writeFile(join(PLOTS, name), svg);
}

/** Replaces what is between a table's two marks. Throws if they are missing. */
export function replaceTable(page: string, name: string, table: string): string {
  const begin = `<!-- table ${name} -->`;
  const end = '<!-- end -->';
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from === -1 || to === -1) throw new Error(`${PAGE_FILE} has no place for the table "${name}".`);
  return `${page.slice(0, from + begin.length)}\n\n${table}\n\n${page.slice(to)}`;
}

const counts = (place: MeasuredPlace, scenario: 'arrives' | 'staged' | 'snapshot', huge: boolean): string =>
  renderCounts(place, { scenario, bytes: COMPARED, huge });

/** Every table of the page, by the name of its place. */
export function tablesOf(record: BenchRecord, place: MeasuredPlace): Readonly<Record<string, string>> {
  const arm = record.places.find(({ arch }) => arch !== place.arch);
  return {
    alternatives: renderAlternatives(),
    arrives: counts(place, 'arrives', false),
    'arrives-huge': counts(place, 'arrives', true),
    staged: counts(place, 'staged', false),
    snapshot: counts(place, 'snapshot', false),
    'snapshot-huge': counts(place, 'snapshot', true),
    ...(arm === undefined ? {} : { 'snapshot-other': counts(arm, 'snapshot', false) }),
    swapped: renderSwap(place, 'swapped'),
    pressure: renderSwap(place, 'pressure'),
    chunks: renderChunks(place),
    flushes: renderFlushes(
      record.places,
      ({ job }) => job.scenario === 'arrives' && job.use === 'reads' && job.bytes === COMPARED && !job.huge,
    ),
    explained: renderExplained(record),
    times: renderTimes(place, false),
    places: renderPlaces(record),
  };
}
