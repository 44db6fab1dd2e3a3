import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/run/project/project.ts';
import { comparedSize } from './compared-size.ts';
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

/** Every table of the page, by the name of its place. */
export function tablesOf(record: BenchRecord, place: MeasuredPlace): Readonly<Record<string, string>> {
  const arriving = comparedSize(place, { scenario: 'arrives', huge: false });
  const arm = record.places.find(({ arch }) => arch !== place.arch);
  return {
    alternatives: renderAlternatives(),
    arrives: renderCounts(place, { scenario: 'arrives', huge: false }),
    'arrives-huge': renderCounts(place, { scenario: 'arrives', huge: true }),
    staged: renderCounts(place, { scenario: 'staged', huge: false }),
    snapshot: renderCounts(place, { scenario: 'snapshot', huge: false }),
    'snapshot-huge': renderCounts(place, { scenario: 'snapshot', huge: true }),
    ...(arm === undefined
      ? {}
      : { 'snapshot-other': renderCounts(arm, { scenario: 'snapshot', huge: false }) }),
    swapped: renderSwap(place, 'swapped'),
    pressure: renderSwap(place, 'pressure'),
    chunks: renderChunks(place),
    flushes: renderFlushes(
      record.places,
      ({ job }) => job.scenario === 'arrives' && job.use === 'reads' && job.bytes === arriving && !job.huge,
    ),
    explained: renderExplained(record),
    times: renderTimes(place, false),
    places: renderPlaces(record),
  };
}
