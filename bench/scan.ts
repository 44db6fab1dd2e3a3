/**
 * Measures how fast console logs are scanned, on one core, and how much memory that takes:
 *
 *     node bench/scan.ts [MiB]
 *
 * Two logs are made from the corpus in fixtures/console: one that is nothing but reports, boot after boot, and one with
 * the clean boots around each, as a board's log is that ran for weeks.
 */
import { readdir, readFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { scanStream } from '../src/console/splats/scan-stream.ts';

const CORPUS = join(import.meta.dirname, '../fixtures/console');
const CHUNK = 1024 * 1024;
const CLEAN_COPIES = 10;

const mebibytes = Number(process.argv[2] ?? 200);
const names = (await readdir(CORPUS)).filter((name) => name.endsWith('.log')).toSorted();
const logs = await Promise.all(names.map((name) => readFile(join(CORPUS, name))));
const clean = logs.filter((_, index) => names[index]?.startsWith('clean'));

const [model = 'unknown processor'] = cpus().map((cpu) => cpu.model);
console.log(
  `${model}, ${cpus().length} processors, load ${loadavg()
    .map((one) => one.toFixed(1))
    .join(' ')}`,
);
await measure('nothing but reports', logs);
await measure(
  'mostly clean',
  logs.flatMap((log) => [log, ...repeat(clean, CLEAN_COPIES)]),
);

async function measure(title: string, parts: readonly Buffer[]): Promise<void> {
  let peak = 0;
  let found = 0;
  const began = performance.now();
  const before = process.cpuUsage();
  for await (const _splat of scanStream(generate(parts, mebibytes * 1024 * 1024))) {
    found += 1;
    if (found % 1000 === 0) peak = Math.max(peak, process.memoryUsage.rss());
  }
  const { user, system } = process.cpuUsage(before);
  const wall = (performance.now() - began) / 1000;
  const busy = (user + system) / 1e6;
  peak = Math.max(peak, process.memoryUsage.rss());
  console.log(
    `${title}: ${mebibytes} MiB, ${found} splats, ${(mebibytes / wall).toFixed(0)} MiB/s by the clock, ` +
      `${(mebibytes / busy).toFixed(0)} MiB per second of processor time, at most ${(peak / 2 ** 20).toFixed(0)} MiB resident`,
  );
}

async function* generate(parts: readonly Buffer[], total: number): AsyncGenerator<Buffer> {
  const text = Buffer.concat(parts);
  for (let sent = 0; sent < total;) {
    for (let at = 0; at < text.length && sent < total; at += CHUNK) {
      const chunk = text.subarray(at, at + Math.min(CHUNK, total - sent));
      sent += chunk.length;
      yield chunk;
    }
  }
}

function repeat<Item>(items: readonly Item[], times: number): Item[] {
  return Array.from({ length: times }, () => items).flat();
}
