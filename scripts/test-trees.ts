// Runs a few mm cases on trees as people have them: Debian's 5.10, 6.1, 6.12 and 7.3, without git and with leftovers of
// builds, in git, and dirty; on x86-64 and arm64; with --tree and nothing else. It takes hours from nothing, and goes on
// where it was stopped: "npm run test:trees". With "-- --release 7.3 --arch arm64" only that, with "--again" from the start.
import { mkdir, rm } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { renderResults, loadResults, saveResults, type TreeResult } from './trees/results.ts';
import { reshape, SHAPES, unpackRelease, type Shape } from './trees/source-tree.ts';

const RELEASES = ['5.10', '6.1', '6.12', '7.3'];
const ARCHES = ['x86_64', 'arm64'];
const SPECS = ['mremap', 'mprotect'];

const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    release: { type: 'string', multiple: true, default: RELEASES },
    arch: { type: 'string', multiple: true, default: ARCHES },
    again: { type: 'boolean', default: false },
  },
});
const say = (line: string) => void process.stderr.write(`${line}\n`);

const file = join(root, '.kgate', 'test-trees.json');
await mkdir(join(root, '.kgate'), { recursive: true });
if (values.again) await rm(file, { force: true });
const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} processors, ${Math.round(totalmem() / 2 ** 30)} GiB`;
const known = await loadResults(file, machine);
const isDone = (release: string, shape: Shape) =>
  values.arch.every((arch) =>
    known.results.some(
      (one) => one.release === release && one.shape === shape && one.arch === arch && one.passed,
    ),
  );

for (const release of values.release) {
  if (SHAPES.every((shape) => isDone(release, shape))) continue;
  say(`${release}: unpacking`);
  const folder = await unpackRelease(release, say);
  for (const shape of SHAPES) {
    await reshape(folder, shape);
    if (isDone(release, shape)) continue;
    for (const arch of values.arch) {
      const result = await runOn(folder, { release, shape, arch });
      say(`${release} ${shape} ${arch}: ${result.outcome} in ${result.seconds} s`);
      known.results = known.results.filter(
        (one) => one.release !== release || one.shape !== shape || one.arch !== arch,
      );
      known.results.push(result);
      await saveResults(file, known);
    }
  }
  await rm(folder, { recursive: true, force: true });
}
process.stdout.write(renderResults(known));
process.exitCode = known.results.every(({ passed }) => passed) ? 0 : 1;

async function runOn(
  folder: string,
  subject: { readonly release: string; readonly shape: Shape; readonly arch: string },
): Promise<TreeResult> {
  const started = performance.now();
  const args = ['bin/kgate.js', 'run', ...SPECS, '--tree', folder, '--arch', subject.arch];
  const { exitCode, all } = await execa('node', args, { cwd: root, all: true, reject: false });
  const verdict = /^[A-Z][A-Z ]+ {2}(\d+ cases?.*) in /mu.exec(all)?.[1];
  const without = /goes without (.+)\.$/mu.exec(all)?.[1] ?? '';
  if (exitCode !== 0) say(all);
  return {
    ...subject,
    outcome: verdict ?? `exit ${exitCode ?? 'by a signal'}`,
    passed: exitCode === 0,
    without,
    seconds: Math.round((performance.now() - started) / 1_000),
    date: new Date().toISOString().slice(0, 10),
  };
}
