/**
 * Makes series that change nothing of what a kernel does (comments, white space, other names, functions in another order
 * or place), and gates each while something else keeps every processor busy. A gate that calls one of them bad
 * blames the series for what the host did.
 *
 *     npm run test:harmless -- --count 60 --seed 7
 *
 * With `--busy-already` it adds no load of its own: something else keeps the processors busy, and you say what.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { loadKernelDefinition } from '../src/kernel/definition/definition.ts';
import { findSource } from '../src/kernel/source/find-source.ts';
import { createTemporaryFolder } from '../src/process/temporary-folder.ts';
import { makeSeries, type HarmlessSeries } from './harmless/make-series.ts';
import { createRandom } from './kills/random.ts';

const ROOT = resolve(import.meta.dirname, '..');
/** Files of which the cases below execute much, and which every configuration compiles. */
const FILES = [
  'mm/mremap.c',
  'mm/mprotect.c',
  'mm/mmap.c',
  'mm/vma.c',
  'mm/memory.c',
  'mm/madvise.c',
  'mm/mlock.c',
];
const SPECS = ['mremap', 'mprotect'];

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    arch: { type: 'string', default: 'x86_64' },
    log: { type: 'string' },
    'busy-already': { type: 'boolean', default: false },
  },
});
const [count, seed, from] = [values.count, values.seed, values.from].map(Number) as [number, number, number];

const { source } = await loadKernelDefinition('linux-6.12', join(ROOT, 'kernels'));
await using tree = await openTree();
await using folder = await createTemporaryFolder('kgate-harmless');
await using _load = keepBusy();

const verdicts: string[] = [];
const random = createRandom(seed);
for (let number = 0; number < count; number += 1) {
  const series = await makeSeries(tree.root, FILES, number, random);
  if (number < from) continue;
  const began = performance.now();
  const verdict = await gate(series, number);
  verdicts.push(verdict.word);
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  await say(`${number + 1}. ${series.kind} in ${series.path}: ${verdict.word} in ${seconds} s${verdict.why}`);
}
const tally = [...Map.groupBy(verdicts, (word) => word)].map(([word, all]) => `${all.length} ${word}`);
const [load = 0] = loadavg();
await say(
  `${verdicts.length} harmless series with seed ${seed}: ${tally.join(', ')}; load at the end ${load.toFixed(1)}`,
);
process.exitCode = verdicts.every((word) => word === 'good' || word === 'untested') ? 0 : 1;

async function openTree(): Promise<{ readonly root: string } & AsyncDisposable> {
  const found = await findSource(source, undefined);
  const { root } = await found.open(undefined, () => {});
  return { root, [Symbol.asyncDispose]: async () => {} };
}

/** A loop on each processor, for as long as gates run. */
function keepBusy(): AsyncDisposable {
  const length = values['busy-already'] ? 0 : availableParallelism();
  const loops = Array.from({ length }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  return {
    async [Symbol.asyncDispose]() {
      const gone = loops.map((loop) => once(loop, 'exit'));
      for (const loop of loops) loop.kill('SIGKILL');
      await Promise.all(gone);
    },
  };
}

/** The verdict of a gate in a process of its own, as a user has it. What does not build is a mistake of this script. */
async function gate(series: HarmlessSeries, number: number): Promise<{ word: string; why: string }> {
  const mail = join(folder.path, `${number}.mbox`);
  await mkdir(folder.path, { recursive: true });
  await writeFile(mail, series.mail);
  const args = [
    'bin/kgate.js',
    'gate',
    mail,
    ...SPECS,
    '--base',
    'linux-6.12',
    '--arch',
    values.arch,
    '--json',
  ];
  const { stdout, stderr, exitCode } = await execa(process.execPath, args, {
    cwd: ROOT,
    reject: false,
    stdin: 'ignore',
  });
  const record = parse(stdout);
  if (record === undefined)
    return { word: `exit ${exitCode}`, why: `\n${stderr.slice(-1_500)}\n${series.mail}` };
  const ran =
    record.changed === undefined ? '' : `; ${record.changed.ran} of ${record.changed.lines} lines ran`;
  const why = record.verdict === 'bad' ? `: ${record.reasons.join(' ')}\n${series.mail}` : ran;
  return { word: record.verdict, why };
}

interface Gated {
  readonly verdict: string;
  readonly reasons: readonly string[];
  readonly changed?: { readonly lines: number; readonly ran: number };
}

function parse(text: string): Gated | undefined {
  try {
    return JSON.parse(text) as Gated;
  } catch {
    return undefined;
  }
}

async function say(line: string): Promise<void> {
  console.log(line);
  if (values.log !== undefined) await appendFile(values.log, `${line}\n`);
}
