import type { CaseDetails } from '../case-details.ts';
import type { IndexedRow, ReportIndex } from '../report-data.ts';
import { byId } from './elements.ts';

/** What the page knows about all cases. */
export const reportIndex = JSON.parse(byId('index').textContent ?? '') as ReportIndex;

const unpacked = new Map<number, Promise<readonly CaseDetails[]>>();

/** Everything about one case. */
export async function loadDetails({ block, place }: IndexedRow): Promise<CaseDetails | undefined> {
  const known = unpacked.get(block) ?? unpack(block);
  unpacked.set(block, known);
  return (await known)[place];
}

async function unpack(block: number): Promise<readonly CaseDetails[]> {
  const packed = atob(byId(`block-${block}`).textContent ?? '');
  const bytes = Uint8Array.from(packed, (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text()) as readonly CaseDetails[];
}
