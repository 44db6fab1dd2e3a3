/**
 * Clones guests by the thousands from real templates of every architecture, runs one short case in each, and watches
 * what kgate holds: processes, descriptors, sockets, temporary files and memory. Fails on any trouble of the harness, on
 * anything that is held longer than it is used, and when clones get slower with time.
 *
 *     npm run soak -- --clones 10000 --jobs 2 --output .kgate/soak.json
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createRealMachine } from '../fixtures/guests/real-machine.ts';
import type { ArchName } from '../src/arch/architectures.ts';
import { DEFAULT_ARCHES } from '../src/arch/wanted-arches.ts';
import { ownName } from '../src/process/owner.ts';
import { countChildren } from '../src/process/children.ts';
import { createTemporaryFolder } from '../src/process/temporary-folder.ts';
import { kgateVersion } from '../src/run/project/version.ts';
import { formatDuration } from '../src/util/format-duration.ts';
import { openTemplate, type Template } from '../src/vm/template/template.ts';
import { livingChildren } from './kgate/children.ts';
import { judgeSoak, summarizeWindows, type CloneSample, type HeldSample } from './soak-report.ts';

const { values } = parseArgs({
  options: {
    clones: { type: 'string', default: '10000' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    output: { type: 'string', default: '.kgate/soak.json' },
    program: { type: 'string', default: 'arguments/failed-fixed' },
    case: { type: 'string', default: 'unknown_flag' },
  },
});
const clones = wholeNumber('clones', values.clones);
const jobs = wholeNumber('jobs', values.jobs);

const started = new Date();
const began = performance.now();
const samples: CloneSample[] = [];
const held: HeldSample[] = [];
const trouble: string[] = [];
const qemuRss: number[] = [];
const qemuVersions = new Map<ArchName, string>();

const before = {} as { descriptors?: number; sockets?: number };
{
  await using resources = new AsyncDisposableStack();
  const machines = [];
  for (const arch of DEFAULT_ARCHES) {
    // One after the other: each has a cache of its own for its template while it lives.
    await using machine = await createRealMachine(arch);
    machines.push({ arch, options: machine.options });
  }
  const cache = resources.use(await createTemporaryFolder('kgate-soak'));
  process.env['KGATE_CACHE'] = cache.path;
  const templates: { readonly arch: ArchName; readonly template: Template }[] = [];
  for (const { arch, options } of machines) {
    const onEvent = (event: { type: string; message?: string }) => {
      if (event.type === 'noticed') trouble.push(event.message ?? '');
    };
    const template = resources.use(await openTemplate({ ...options, waiting: jobs, onEvent }));
    templates.push({ arch, template });
    qemuVersions.set(arch, template.qemuVersion);
    // The first clone loads what all others share: code, the compile cache, the first sockets.
    await runOne(template, arch, false);
  }
  await settle(templates.length * jobs);
  Object.assign(before, countDescriptors());

  let next = 0;
  let printed = -1;
  const work = async () => {
    for (let index = next++; index < clones; index = next++) {
      const { arch, template } = templates[index % templates.length] ?? unreachableTemplate();
      try {
        await runOne(template, arch, true);
      } catch (error) {
        trouble.push(error instanceof Error ? error.message : String(error));
      }
      const percent = Math.floor((samples.length / clones) * 100);
      if (percent === printed) continue;
      printed = percent;
      held.push({
        atClone: samples.length,
        rssMiB: process.memoryUsage().rss / 2 ** 20,
        ...countDescriptors(),
      });
      if (percent % 10 === 0) process.stderr.write(`${percent} %: ${samples.length} of ${clones} clones\n`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  await settle(templates.length * jobs);
  held.push({ atClone: samples.length, rssMiB: process.memoryUsage().rss / 2 ** 20, ...countDescriptors() });
}
await delay(200);

const leaks = [
  ...(countChildren() === 0 ? [] : [`${countChildren()} child processes`]),
  ...livingChildren().map((name) => `the process ${name}`),
  ...readdirSync(tmpdir())
    .filter((name) => name.includes(ownName()))
    .map((name) => `${tmpdir()}/${name}`),
];
const windows = summarizeWindows(samples);
const problems = judgeSoak({ clones, samples, held, before, windows, trouble, leaks });
const report = {
  version: 1,
  kgate: await kgateVersion(),
  started: started.toISOString(),
  ms: Math.round(performance.now() - began),
  host: {
    cpu: cpus()[0]?.model,
    cpus: cpus().length,
    loadAverage: loadavg(),
    qemu: Object.fromEntries(qemuVersions),
  },
  clones: samples.length,
  jobs,
  infraErrors: trouble,
  leaks,
  windows,
  held,
  qemuRssMiB: { median: median(qemuRss), most: Math.max(...qemuRss) },
  problems,
};
await mkdir(dirname(values.output), { recursive: true });
await writeFile(values.output, `${JSON.stringify(report, undefined, 2)}\n`);

console.log(
  `${report.clones} clones, ${jobs} at once, in ${formatDuration(report.ms)} (load ${loadavg()[0]?.toFixed(1)})`,
);
console.log('window        x86_64 p50/p90/p99 ms    arm64 p50/p90/p99 ms');
for (const window of windows) {
  const cells = DEFAULT_ARCHES.map((arch) => {
    const latency = window.latencies[arch];
    return (latency === undefined ? '-' : `${latency.p50}/${latency.p90}/${latency.p99}`).padEnd(24);
  });
  console.log(`${String(window.from).padStart(6)} on    ${cells.join(' ')}`);
}
const [first, last] = [held[0], held.at(-1)];
console.log(
  `own memory ${first?.rssMiB.toFixed(0)} → ${last?.rssMiB.toFixed(0)} MiB, descriptors ${before.descriptors} → ${last?.descriptors}, sockets ${before.sockets} → ${last?.sockets}`,
);
console.log(
  `QEMU memory: median ${report.qemuRssMiB.median.toFixed(0)} MiB, most ${report.qemuRssMiB.most.toFixed(0)} MiB`,
);
console.log(`harness trouble ${trouble.length}, leaks ${leaks.length}; all of it is in ${values.output}`);
console.log(
  problems.length === 0 ? 'PASSED' : `FAILED\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

async function runOne(template: Template, arch: ArchName, counted: boolean): Promise<void> {
  const askedAt = performance.now();
  await using guest = await template.clone();
  if (guest.origin !== 'clone') trouble.push(`A guest of ${arch} had to be booted.`);
  const transcript = await guest.session.runCase({
    program: values.program,
    case: values.case,
    timeoutMs: 60_000,
  });
  if (!transcript.ended)
    throw new Error(`A case on ${arch} did not end: ${JSON.stringify(transcript.breakdown)}`);
  if (!counted) return;
  if (samples.length % 50 === 0)
    qemuRss.push(
      ...livingChildren()
        .map(residentMiB)
        .filter((rss) => rss > 0),
    );
  samples.push({ arch, cloneMs: guest.startMs, wholeMs: performance.now() - askedAt });
}

/** Waits until as many QEMU processes are waiting as the pools keep. */
async function settle(waiting: number): Promise<void> {
  for (let tries = 0; tries < 100 && countChildren() !== waiting; tries += 1) await delay(50);
  await delay(200);
}

function countDescriptors(): {
  readonly descriptors: number;
  readonly sockets: number;
  readonly children: number;
} {
  const targets = readdirSync('/proc/self/fd').map((fd) => linkOf(`/proc/self/fd/${fd}`));
  return {
    descriptors: targets.length,
    sockets: targets.filter((target) => target.startsWith('socket:')).length,
    children: countChildren(),
  };
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function residentMiB(pid: string): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`--${name} takes a whole number from 1, not "${text}".`);
  return number;
}

function unreachableTemplate(): never {
  throw new Error('There is no template.');
}
