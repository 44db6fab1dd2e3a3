/**
 * Checks kgate's splats against a folder of console logs whose content others have described:
 *
 *     node scripts/score-corpus.ts FOLDER [--all]
 *
 * Each file begins with headers, as syzkaller's pkg/report/testdata/linux/report has them: `TITLE: …` (empty: nothing is to be
 * found), `CORRUPTED: Y`, and others; after an empty line follows the log, up to a line `REPORT:` if there is one. Files that
 * were judged differently are listed, with --all also those whose report is called corrupted.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findSplats } from '../src/console/splats/find-splats.ts';
import type { Splat } from '../src/console/splats/splat.ts';

interface Sample {
  readonly name: string;
  /** What is to be found; empty for a log without trouble. */
  readonly title: string;
  /** The report is damaged, so that what its title says of the function may be a guess. */
  readonly corrupted: boolean;
  readonly log: string;
}

const [folder, ...flags] = process.argv.slice(2);
if (folder === undefined) throw new Error('Usage: node scripts/score-corpus.ts FOLDER [--all]');

const names = (await readdir(folder)).toSorted((one, other) =>
  one.localeCompare(other, 'en', { numeric: true }),
);
const samples = await Promise.all(
  names.map(async (name) => parseSample(name, await readFile(join(folder, name), 'utf8'))),
);
const troubled = samples.filter(({ title }) => title !== '');
const clean = samples.filter(({ title }) => title === '');
const found = troubled.filter((sample) => firstOf(sample) !== undefined);
const named = troubled.filter((sample) => !sample.corrupted && functionIn(sample.title) !== undefined);
const same = named.filter((sample) => isSameFunction(sample));
const sameTitle = troubled.filter((sample) => firstOf(sample)?.title === sample.title);
const alarmed = clean.filter((sample) => firstOf(sample) !== undefined);

for (const sample of samples.filter((each) => flags.includes('--all') || !each.corrupted)) explain(sample);
console.log(`${samples.length} files`);
console.log(`found: ${share(found.length, troubled.length)}`);
console.log(`same function, where the report is whole: ${share(same.length, named.length)}`);
console.log(`same title, letter by letter: ${share(sameTitle.length, troubled.length)}`);
console.log(`false alarms: ${alarmed.length} of ${clean.length}`);

function parseSample(name: string, text: string): Sample {
  const lines = text.split('\n');
  const begin = lines.findIndex((line) => !/^(?:#|[A-Z]+:)/u.test(line));
  const headers = lines.slice(0, begin);
  const report = lines.indexOf('REPORT:');
  return {
    name,
    title:
      headers
        .find((line) => line.startsWith('TITLE:'))
        ?.slice('TITLE:'.length)
        .trim() ?? '',
    corrupted: headers.includes('CORRUPTED: Y'),
    log: lines.slice(begin, report === -1 ? undefined : report).join('\n'),
  };
}

function firstOf({ log }: Sample): Splat | undefined {
  return findSplats(log)[0];
}

/** "… in f", and of a race "… in f / g". */
function functionIn(title: string): string | undefined {
  return / in (?<name>[A-Za-z_]\w*)(?: \/ \w+|\/usb_submit_urb)?$/u.exec(title)?.groups?.['name'];
}

function isSameFunction(sample: Sample): boolean {
  return firstOf(sample)?.function === functionIn(sample.title);
}

function explain(sample: Sample): void {
  const splat = firstOf(sample);
  const wanted = functionIn(sample.title);
  const right =
    sample.title === '' ? splat === undefined : wanted === undefined || splat?.function === wanted;
  if (right && (splat !== undefined || sample.title === '')) return;
  console.log(`${sample.name}: "${sample.title}", here "${splat?.title ?? ''}"`);
}

function share(count: number, of: number): string {
  return `${count} of ${of}${of === 0 ? '' : ` (${((100 * count) / of).toFixed(1)} %)`}`;
}
