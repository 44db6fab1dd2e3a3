// Runs every KUnit suite of a kernel in a guest of its own, and compares the result of each test with what kunit.py of
// the same tree makes of the console of the same kernel, booted with all suites: "npm run test:kunit". Builds a kernel for
// each architecture. With "-- --arch arm64" only there; with "-- --kernel linux-6.1" on another kernel.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { ARCH_NAMES, type ArchName } from '../src/arch/architectures.ts';
import { runInGuests } from '../fixtures/run/run-in-guests.ts';
import { withKunit } from '../src/run/kunit/kunit-kernel.ts';
import { hostLimits } from '../src/run/pool/limits.ts';
import { loadKernels } from '../src/run/project/load-kernels.ts';
import { findProject } from '../src/run/project/project.ts';
import { createTemporaryFolder } from '../src/process/temporary-folder.ts';
import { bootAllSuites, copyKunitPy } from './kunit/boot-all.ts';
import { differences, resultsOfKunitPy, resultsOfLog, resultsOfRun } from './kunit/results.ts';

const { values } = parseArgs({
  options: {
    arch: { type: 'string', multiple: true, default: ['x86_64', 'arm64'] },
    kernel: { type: 'string', default: 'linux-6.12' },
  },
});
const root = resolve(import.meta.dirname, '..');
const results = join(root, '.kgate/test-kunit');
const say = (line: string) =>
  void process.stderr.write(`${new Date().toTimeString().slice(0, 8)}  ${line}\n`);

const asArch = (name: string): ArchName => {
  const known = ARCH_NAMES.find((one) => one === name);
  if (known === undefined) throw new Error(`there is no architecture "${name}"`);
  return known;
};

/** Compares on one architecture; false where something differs. */
async function compareOn(arch: ArchName): Promise<boolean> {
  const project = await findProject(root);
  const [kernel] = await loadKernels(project, [values.kernel]);
  if (kernel === undefined) throw new Error(`there is no kernel ${values.kernel}`);
  const definition = await withKunit(kernel);
  const { slots } = hostLimits(undefined);
  const name = `${values.kernel}-${arch}`;
  await using temporary = await createTemporaryFolder('kgate-kunit');
  say(`${name}: booting with all suites`);
  const log = await bootAllSuites(definition, arch, slots);
  await mkdir(results, { recursive: true });
  const logFile = join(results, `${name}.boot.log`);
  await writeFile(logFile, log);
  const kunitPy = await copyKunitPy(definition, arch, temporary.path);
  const json = join(results, `${name}.kunit-py.json`);
  // Its exit status says whether tests failed.
  await execa('python3', [kunitPy, 'parse', `--json=${json}`, logFile], { reject: false });
  const theirs = resultsOfKunitPy(await readFile(json, 'utf8'));
  say(`${name}: kunit.py read ${theirs.size} tests; running each suite in a guest of its own`);
  await using run = await runInGuests(root, {
    kernels: [values.kernel],
    arches: [arch],
    specs: ['kunit'],
  });
  await writeFile(join(results, `${name}.run.json`), JSON.stringify(run.record, undefined, 1));
  const ours = resultsOfRun(run.record);
  const reading = differences(['kgate', resultsOfLog(log)], ['kunit.py', theirs]);
  const leftOut = new Set(run.record.inapplicable?.map(({ spec }) => spec.replace('kunit/', '')));
  const running = differences(
    ['kgate', ours],
    ['kunit.py', new Map([...theirs].filter(([test]) => !leftOut.has(test.split('/')[0] ?? '')))],
  );
  for (const line of reading) say(`${name}: of the same log  ${line}`);
  for (const line of running) say(`${name}: ${line}`);
  const bad = run.record.cases.filter(({ of, outcome }) => of === undefined && outcome !== 'passed');
  for (const { spec, outcome, problems, skipReason } of bad)
    say(`${name}: ${spec} as a whole ${outcome}: ${[...problems, skipReason].join(' ')}`);
  for (const { spec, lacks } of run.record.inapplicable ?? [])
    say(`${name}: ${spec} left out: ${lacks.join()}`);
  const same = [...ours].filter(([test, outcome]) => theirs.get(test) === outcome).length;
  say(
    `${name}: ${run.record.planned} suites, ${ours.size} tests, ${same} of them as kunit.py has them; ${reading.length} differences in reading the same log`,
  );
  return reading.length === 0 && running.length === 0;
}

let allSame = true;
for (const arch of values.arch) allSame = (await compareOn(asArch(arch))) && allSame;
process.exitCode = allSame ? 0 : 1;
