/**
 * Compares process_vm_mmap() with what else hands memory from one process to another: faults, copies, flushes, peak
 * memory and swap, held against a counting model, and times. See docs/process-vm-mmap/benchmark.md.
 *
 *     npm run bench:syscall -- [options]
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ARCH_NAMES, type ArchName } from '../src/arch/architectures.ts';
import { loadKernelDefinition } from '../src/kernel/definition/definition.ts';
import { kindOfPath } from '../src/util/kind-of-path.ts';
import { PACKAGE_ROOT } from '../src/run/project/project.ts';
import { jobId, parseSize, type Job } from './syscall/job.ts';
import { measurePlace } from './syscall/measure-place.ts';
import { mergePlaces } from './syscall/merge-places.ts';
import { writePage } from './syscall/page.ts';
import { planJobs, SCENARIOS } from './syscall/plan-jobs.ts';
import type { BenchRecord, MeasuredPlace } from './syscall/record.ts';

const KERNEL = join(PACKAGE_ROOT, 'kernels/benchmark/process-vm-mmap-6.12-benchmark.yaml');
const RECORD = join(PACKAGE_ROOT, '.kgate/benchmark.json');
const GIB = 2 ** 30;

const { values } = parseArgs({
  options: {
    kernel: { type: 'string', default: KERNEL },
    arch: { type: 'string', default: 'x86_64,arm64' },
    cpus: { type: 'string', default: '1,2,4' },
    scenarios: { type: 'string', default: SCENARIOS.join(',') },
    sizes: { type: 'string', default: '4K,64K,1M,16M,256M' },
    /** Measures only jobs whose names have this in them. */
    only: { type: 'string', default: '' },
    /** The size at which everything is compared that is not about sizes. */
    compared: { type: 'string', default: '16M' },
    rounds: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string', default: RECORD },
    /** Adds to what the record has already. */
    add: { type: 'boolean', default: false },
    /** Renders the page from the record, and measures nothing. */
    render: { type: 'boolean', default: false },
    /** Renders the page afterwards. */
    page: { type: 'boolean', default: false },
  },
});

if (values.render) {
  await writePage(await readRecord());
} else {
  const record = await measureAll();
  await mkdir(dirname(values.json), { recursive: true });
  await writeFile(values.json, `${JSON.stringify(record, undefined, 1)}\n`);
  if (values.page) await writePage(record);
  process.exitCode = sayWhatIsSurprising(record) ? 1 : 0;
}

async function measureAll(): Promise<BenchRecord> {
  const before = values.add ? await readPlaces() : [];
  const places: MeasuredPlace[] = [];
  for (const arch of list(values.arch).map(archOf))
    for (const count of list(values.cpus).map(Number)) places.push(await measureOne(arch, count));
  return {
    version: 1,
    made: new Date().toISOString(),
    host: {
      processor: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / GIB),
    },
    seed: Number(values.seed),
    places: mergePlaces([...before, ...places]),
  };
}

async function measureOne(arch: ArchName, count: number): Promise<MeasuredPlace> {
  const kernel = await loadKernelDefinition(values.kernel, join(PACKAGE_ROOT, 'kernels'));
  const jobs = planned(count);
  const place = await measurePlace({
    kernel,
    arch,
    cpus: count,
    jobs,
    rounds: Number(values.rounds),
    seed: Number(values.seed),
    onEvent: (event) => {
      if (event.type === 'noticed') console.error(event.message);
    },
    onRound: (round) =>
      console.error(`${arch}, ${count} cpus: round ${round + 1} of ${values.rounds}, ${jobs.length} jobs`),
  });
  console.log(
    `${arch}, ${count} cpus: ${jobs.length} jobs in ${place.seconds} s, load ${place.load.join(' to ')}`,
  );
  return place;
}

function planned(count: number): Job[] {
  const sizes = list(values.sizes).map(
    (text) => parseSize(text) ?? fail(`${text} is no size in whole pages.`),
  );
  const scenarios = list(values.scenarios).map(
    (name) => SCENARIOS.find((known) => known === name) ?? fail(`There is no scenario "${name}".`),
  );
  const jobs = planJobs({ scenarios, sizes, cpus: count, compared: sizeOf(values.compared) });
  const chosen = jobs.filter((job) => jobId(job).includes(values.only));
  if (chosen.length === 0) fail(`No job has "${values.only}" in its name.`);
  return chosen;
}

/** Prints every count that is neither predicted nor explained. */
function sayWhatIsSurprising({ places }: BenchRecord): boolean {
  let found = false;
  for (const { arch, cpus: count, measurements } of places)
    for (const { surprises } of measurements)
      for (const { id, count: what, expected, seen } of surprises) {
        found = true;
        console.log(`${arch}, ${count} cpus: ${id}: ${what} is ${seen}, expected ${expected}`);
      }
  if (!found) console.log('Every count is what the model says, or explained.');
  return found;
}

/** What a record has already; nothing when there is none yet. */
async function readPlaces(): Promise<readonly MeasuredPlace[]> {
  return (await kindOfPath(values.json)) === 'file' ? (await readRecord()).places : [];
}

async function readRecord(): Promise<BenchRecord> {
  return JSON.parse(await readFile(values.json, 'utf8')) as BenchRecord;
}

function list(text: string): string[] {
  return text.split(',').filter((part) => part !== '');
}

function sizeOf(text: string): number {
  return parseSize(text) ?? fail(`${text} is no size in whole pages.`);
}

function archOf(name: string): ArchName {
  return ARCH_NAMES.find((known) => known === name) ?? fail(`There is no architecture "${name}".`);
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
