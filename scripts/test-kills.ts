/**
 * Kills kgate, or one of its QEMUs, with SIGKILL at random moments of building, template making and running, and sees
 * each time that the next run on the same cache is right and that nothing is left behind. Works in a cache of its own
 * with copies of the user's kernels, a project of one spec, and a kernel tree in miniature.
 *
 *     npm run test:kills -- --times 200 --seed 7
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createPrivateHost, HOST_KERNEL } from '../fixtures/host/private-host.ts';
import type { ArchName } from '../src/arch/architectures.ts';
import { DEFAULT_ARCHES } from '../src/arch/wanted-arches.ts';
import { digestFile } from '../src/store/digest.ts';
import { findLeftovers, processesOf } from './kills/leftovers.ts';
import { createRandom } from './kills/random.ts';

const ROOT = resolve(import.meta.dirname, '..');
const STAGES = ['build', 'template', 'run'] as const;
type Stage = (typeof STAGES)[number];
/** What killed processes started may go on until it notices. */
const GONE_MS = 15_000;

const { values } = parseArgs({
  options: { times: { type: 'string', default: '200' }, seed: { type: 'string' } },
});
const times = Number(values.times);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const random = createRandom(seed);
console.log(`${times} kills with seed ${seed}`);

await using host = await createPrivateHost(DEFAULT_ARCHES);
const at = (...parts: readonly string[]) => join(host.path, ...parts);
await addTreeInMiniature();

const expected = new Map<string, string>();
const usual = new Map<string, number>();
for (const arch of DEFAULT_ARCHES)
  for (const stage of STAGES) {
    for (const version of stage === 'build' ? [0, 1] : [0]) {
      await arrange(stage, version);
      const began = performance.now();
      const verdict = await finish(startKgate(stage, arch));
      usual.set(`${stage} ${arch}`, performance.now() - began);
      if (!verdict.startsWith('exit 0'))
        throw new Error(`Without any kill ${stage} on ${arch} gives ${verdict}`);
      expected.set(`${stage} ${arch} ${version}`, verdict);
    }
  }

const problems: string[] = [];
const counts = new Map<string, number>();
for (let round = 1; round <= times; round += 1) {
  const stage = random.pick(STAGES);
  const arch = random.pick(DEFAULT_ARCHES);
  const version = random.below(2) * Number(stage === 'build');
  const victim = stage === 'build' || random.below(2) === 0 ? 'kgate' : 'QEMU';
  const share = random.share();
  const what = `round ${round}: ${victim} killed at ${Math.round(share * 100)} % of ${stage} on ${arch}`;
  const right = expected.get(`${stage} ${arch} ${version}`) ?? '';
  const complain = (text: string) => {
    problems.push(`${what}: ${text}`);
    console.log(`  ${what}: ${text}`);
  };

  await arrange(stage, version);
  const running = startKgate(stage, arch);
  const ended = finish(running);
  // Guests are gone some time before kgate has ended.
  const span = (usual.get(`${stage} ${arch}`) ?? 0) * (victim === 'QEMU' ? 0.75 : 1);
  const hit = await killAt(running, victim, share * span);
  const key = `${stage}, ${victim} ${hit ? 'killed' : 'had ended already'}`;
  counts.set(key, (counts.get(key) ?? 0) + 1);
  const verdict = await ended;
  // A run that lost a QEMU says the right thing, or that the harness failed; never anything else.
  if (victim === 'QEMU' && verdict !== right && !verdict.startsWith('exit 4'))
    complain(`the run itself gave ${verdict} in place of ${right}`);
  const remaining = await waitUntilGone();
  if (remaining.length > 0) complain(`still running: ${remaining.join('; ')}`);

  const next = await finish(startKgate(stage, arch));
  if (next !== right) complain(`the next run gave ${next} in place of ${right}`);
  for (const left of await findLeftovers(host.path)) complain(`left behind: ${left}`);
  if (round % 20 === 0) console.log(`${round} of ${times}, ${problems.length} problems`);
}
for (const key of [...counts.keys()].toSorted())
  console.log(`${String(counts.get(key)).padStart(5)}  ${key}`);
console.log(problems.length === 0 ? 'PASSED' : `FAILED: ${problems.length} problems with seed ${seed}`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** A kernel that is built in a second, for the stage that builds. */
async function addTreeInMiniature(): Promise<void> {
  await cp(join(ROOT, 'fixtures/trees/mini'), at('project/tree'), { recursive: true });
  await writeFile(at('project/mini.config'), 'CONFIG_CLONE=y\n');
  await writeFile(
    at('project/mini.yaml'),
    'kernel: mini\nsummary: In miniature\nsource: { tree: tree }\nconfig: { common: [mini.config] }\narch: [x86_64, arm64]\nvariant: plain\n',
  );
}

/** Brings the cache to where the stage has its work to do. */
async function arrange(stage: Stage, version: number): Promise<void> {
  if (stage === 'template') await rm(at('cache/templates'), { recursive: true, force: true });
  if (stage !== 'build') return;
  const file = at('project/tree/mm/fork.c');
  const text = await readFile(join(ROOT, 'fixtures/trees/mini/mm/fork.c'), 'utf8');
  await writeFile(file, version === 0 ? text : text.replace('return pages;', 'return pages + 1;'));
  // What the last round built is forgotten, but not the lineage.
  for (const name of await readdir(at('cache/kernels'))) {
    const entry = await readFile(at('cache/kernels', name, 'entry.json'), 'utf8').catch(() => '');
    if (entry.includes('-mini')) await rm(at('cache/kernels', name), { recursive: true });
  }
}

interface Running {
  readonly child: ChildProcess;
  readonly stage: Stage;
  readonly arch: ArchName;
  readonly output: Promise<string>;
}

function startKgate(stage: Stage, arch: ArchName): Running {
  const what =
    stage === 'build' ? ['build', './mini.yaml', '--json'] : ['run', '--json', '--kernel', HOST_KERNEL];
  const child = spawn(process.execPath, [join(ROOT, 'bin/kgate.js'), ...what, '--arch', arch], {
    cwd: at('project'),
    env: host.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [text, errors] = ['', ''];
  child.stdout.on('data', (chunk) => (text += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const output = once(child, 'close').then(() => (child.exitCode === 0 ? text : text + errors));
  return { child, stage, arch, output };
}

/** How kgate ended and what it found, without what differs from run to run. */
async function finish({ child, stage, output }: Running): Promise<string> {
  const text = await output;
  const end = `exit ${child.exitCode ?? child.signalCode}`;
  if (child.exitCode !== 0) return `${end}: ${text.slice(-600)}`;
  if (stage === 'build') {
    const [kernel] = JSON.parse(text) as { readonly vmlinux: string; readonly buildId: string }[];
    return `${end}: ${kernel?.buildId} ${kernel === undefined ? '' : await digestFile(kernel.vmlinux)}`;
  }
  const { cases } = JSON.parse(text) as { readonly cases: readonly Record<string, unknown>[] };
  return `${end}: ${JSON.stringify(cases.map((one) => [one['case'], one['outcome'], one['observations']]))}`;
}

/** Kills at a moment, and says whether there was anything to kill by then. */
async function killAt({ child }: Running, victim: 'kgate' | 'QEMU', afterMs: number): Promise<boolean> {
  await delay(afterMs);
  if (victim === 'kgate') return child.exitCode === null && child.kill('SIGKILL');
  // QEMU processes come and go: the next one will do where there is none right now.
  while (child.exitCode === null && child.signalCode === null) {
    const guests = (await processesOf(host.path)).filter(({ name }) => name.startsWith('qemu-system'));
    const guest = guests[random.below(guests.length)];
    if (guest !== undefined) return killProcess(guest.pid);
    await delay(2);
  }
  return false;
}

function killProcess(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** What still runs after the time that it may. */
async function waitUntilGone(): Promise<string[]> {
  const deadline = performance.now() + GONE_MS;
  for (;;) {
    const left = await processesOf(host.path);
    if (left.length === 0 || performance.now() > deadline)
      return left.map(({ pid, name }) => `${name} (${pid})`);
    await delay(20);
  }
}
