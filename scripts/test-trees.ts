// Runs a few mm cases on trees as people have them: Debian's 5.10, 6.1, 6.12 and 7.3, without git and with leftovers of
// builds, in git, and dirty; on x86-64 and arm64; with --tree and nothing else: "npm run test:trees". 6.12 is built by
// clang, too, where clang, lld and llvm are installed. Takes an hour or two from nothing, most of it for two kernels of
// each release, and goes on where it was stopped. With
// "-- --only '7.3 arm64'" only that; any word of "6.12 with git x86_64" will do. With "--again" what has passed, too.
import { mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder } from '../src/store/cache-folder.ts';
import { isWanted, unmatched } from './long-runs/only.ts';
import { thisMachine } from './long-runs/this-machine.ts';
import { lastLines, runLogged } from './long-runs/run-logged.ts';
import { loadResults, renderResults, saveResults, type TreeResult } from './trees/results.ts';
import { removeLineages, reshape, SHAPES, unpackRelease } from './trees/source-tree.ts';

const RELEASES = ['5.10', '6.1', '6.12', '7.3'];
const ARCHES = ['x86_64', 'arm64'];
const SPECS = ['mremap', 'mprotect'];

/** Not another tree, but another compiler of the last one. */
const BY_CLANG = 'by clang';
const WAYS = [...SHAPES, BY_CLANG] as const;

/** A tree and an architecture to run it on. */
interface Subject {
  readonly release: string;
  readonly shape: (typeof WAYS)[number];
  readonly arch: string;
}

const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    again: { type: 'boolean', default: false },
  },
});
const say = (line: string) =>
  void process.stderr.write(`${new Date().toTimeString().slice(0, 8)}  ${line}\n`);

const all: readonly Subject[] = RELEASES.flatMap((release) =>
  WAYS.filter((shape) => shape !== BY_CLANG || release === '6.12').flatMap((shape) =>
    ARCHES.map((arch) => ({ release, shape, arch })),
  ),
);
const partsOf = ({ release, shape, arch }: Subject) => [release, shape, arch];
const misspelt = unmatched(all.map(partsOf), values.only);
if (misspelt.length > 0) throw new Error(`nothing here is "${misspelt.join('" or "')}"`);
const wanted = all.filter((subject) => isWanted(partsOf(subject), values.only));

const file = join(root, '.kgate/test-trees.json');
const machine = thisMachine();
const known = await loadResults(file, machine);
const isOf = (subject: Subject) => (one: TreeResult) =>
  one.release === subject.release && one.shape === subject.shape && one.arch === subject.arch;
const hasPassed = (subject: Subject) => known.results.find(isOf(subject))?.passed === true;
if (values.again)
  known.results = known.results.filter((one) => !wanted.some((subject) => isOf(subject)(one)));

say(`${wanted.length} to run, of which ${wanted.filter(hasPassed).length} have passed already`);
for (const release of RELEASES) {
  const open = wanted.filter((subject) => subject.release === release && !hasPassed(subject));
  if (open.length === 0) continue;
  say(`${release}: unpacking`);
  const folder = cacheFolder('test-trees', `linux-${release}`);
  await unpackRelease(release, folder, say);
  for (const shape of WAYS) {
    if (!open.some((subject) => WAYS.indexOf(subject.shape) >= WAYS.indexOf(shape))) break;
    if (shape !== BY_CLANG) await reshape(folder, shape);
    for (const subject of open.filter((one) => one.shape === shape)) {
      const result = await runOn(folder, subject);
      known.results = [...known.results.filter((one) => !isOf(subject)(one)), result];
      await saveResults(file, known);
    }
  }
  // The next release needs the room; a failure may be looked into.
  if (open.every(hasPassed)) await removeLineages(await realpath(folder));
  await rm(folder, { recursive: true, force: true });
}
known.results = all.flatMap((subject) => known.results.filter(isOf(subject)));
process.stdout.write(renderResults(known));
process.exitCode = wanted.every(hasPassed) ? 0 : 1;

async function runOn(folder: string, subject: Subject): Promise<TreeResult> {
  const name = partsOf(subject).join(' ');
  const log = join(root, '.kgate/test-trees', `${name.replaceAll(' ', '-')}.log`);
  say(`${name}: running, see ${relative(process.cwd(), log)}`);
  const which = subject.shape === BY_CLANG ? ['--kernel', await clangKernel(folder)] : ['--tree', folder];
  const args = ['bin/kgate.js', 'run', ...SPECS, ...which, '--arch', subject.arch];
  const { exitCode, output, seconds } = await runLogged(process.execPath, args, { cwd: root, log });
  const cases = /^[A-Z][A-Z ]+ {2}(\d+ cases?.*) in /mu.exec(output)?.[1];
  const outcome = cases ?? `exit ${exitCode ?? 'by a signal'}`;
  say(`${name}: ${outcome} in ${seconds} s`);
  if (exitCode !== 0) say(`the end of its log:\n${lastLines(output)}`);
  return {
    ...subject,
    outcome,
    passed: exitCode === 0 && cases !== undefined,
    without: /goes without (.+)\.$/mu.exec(output)?.[1] ?? '',
    seconds,
    date: new Date().toISOString().slice(0, 10),
  };
}

/** A kernel file that has clang build a tree. */
async function clangKernel(tree: string): Promise<string> {
  const path = join(root, '.kgate/test-trees/linux-by-clang.yaml');
  await mkdir(join(path, '..'), { recursive: true });
  const lines = [
    'kernel: linux-by-clang',
    'summary: a tree that clang builds',
    'extends: linux',
    `source: { tree: ${JSON.stringify(tree)} }`,
    'toolchain: llvm',
    '',
  ];
  await writeFile(path, lines.join('\n'));
  return path;
}
