// Installs Debian 12, 13 and testing as bare systems, each with its own Node and npm and nothing of kgate's. There, in a
// clone of this checkout's last commit, it gates the last commit of a clone of Linux by the command of docs/first-steps.md,
// then runs "npm start" and "npm run test:fast": "npm run test:hosts". Wants root, debootstrap, 16 GiB of room and about
// half an hour of both processors for each. It goes on where it was stopped. With
// "-- --only 'trixie start'" only that; any word of "bookworm npm run test:fast" will do. With "--again" what has passed,
// too, on systems that are installed anew.
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import {
  createBareSystem,
  forgetBareSystem,
  requireInstaller,
  type BareSystem,
} from './hosts/bare-system.ts';
import { kernelClone } from './hosts/kernel-clone.ts';
import { loadHostResults, renderHostResults, saveHostResults, type HostResult } from './hosts/results.ts';
import { isWanted, unmatched } from './long-runs/only.ts';
import { thisMachine } from './long-runs/this-machine.ts';
import { lastLines } from './long-runs/run-logged.ts';

const SUITES = ['bookworm', 'trixie', 'testing'];
/** In this order: each finds what those before it have set up. */
const COMMANDS = [
  'npm run gate -- --tree ~/linux --range HEAD~1..HEAD --arch x86_64 mremap',
  'npm start',
  'npm run test:fast',
];

const HOME = '/var/tmp/kgate-hosts';
const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    again: { type: 'boolean', default: false },
  },
});
const say = (line: string) =>
  void process.stderr.write(`${new Date().toTimeString().slice(0, 8)}  ${line}\n`);

/** A release of Debian, and what is run in it. */
interface Subject {
  readonly suite: string;
  readonly command: string;
}
const all: readonly Subject[] = SUITES.flatMap((suite) => COMMANDS.map((command) => ({ suite, command })));
const partsOf = ({ suite, command }: Subject) => [suite, command];
const misspelt = unmatched(all.map(partsOf), values.only);
if (misspelt.length > 0) throw new Error(`nothing here is "${misspelt.join('" or "')}"`);
const wanted = all.filter((subject) => isWanted(partsOf(subject), values.only));
await requireInstaller();

const file = join(root, '.kgate/test-hosts.json');
let known = await loadHostResults(file);
const isOf = (subject: Subject) => (one: HostResult) =>
  one.suite === subject.suite && one.command === subject.command;
const hasPassed = (subject: Subject) => known.find(isOf(subject))?.passed === true;
if (values.again) known = known.filter((one) => !wanted.some((subject) => isOf(subject)(one)));

say(`${wanted.length} to run, of which ${wanted.filter(hasPassed).length} have passed already`);
for (const suite of SUITES) {
  const open = wanted.filter((subject) => subject.suite === suite && !hasPassed(subject));
  if (open.length === 0) continue;
  const log = logOf(suite, 'installation');
  say(`${suite}: installing, see ${relative(process.cwd(), log)}`);
  if (values.again) await forgetBareSystem(suite, HOME);
  const system = await createBareSystem(suite, HOME, log);
  const clone = (from: string, name: string) =>
    execa('git', ['clone', '--quiet', '--no-hardlinks', from, join(system.folder, 'root', name)]);
  await clone(root, 'kgate');
  await clone(await kernelClone(HOME, say), 'linux');
  for (const subject of open) {
    const result = await runIn(system, subject);
    known = [...known.filter((one) => !isOf(subject)(one)), result];
    await saveHostResults(file, known);
  }
  if (open.every(hasPassed)) {
    await system.remove();
    await forgetBareSystem(suite, HOME);
  } else say(`${suite}: the system is left in ${system.folder}`);
}
known = all.flatMap((subject) => known.filter(isOf(subject)));
process.stdout.write(renderHostResults(known));
process.exitCode = wanted.every(hasPassed) ? 0 : 1;

async function runIn(system: BareSystem, { suite, command }: Subject): Promise<HostResult> {
  const log = logOf(suite, command);
  say(`${suite}: ${command}, see ${relative(process.cwd(), log)}`);
  const { exitCode, output, seconds } = await system.run(`cd /root/kgate && ${command}`, log);
  const lines = output.trimEnd().split('\n');
  const verdict = lines
    .findLast((line) => /\d+ tests? (?:passed|failed)|^ *(?:PASSED|FAILED|GOOD|BAD|UNTESTED)/u.test(line))
    ?.trim();
  const complaint = lines.some((line) => line.startsWith('E:')) ? '; apt complained' : '';
  const outcome = `${exitCode === 0 ? '' : `exit ${exitCode ?? 'by a signal'}: `}${verdict ?? 'no verdict'}${complaint}`;
  say(`${suite}: ${command}: ${outcome} in ${seconds} s`);
  if (exitCode !== 0) say(`the end of its log:\n${lastLines(output)}`);
  return {
    suite,
    command,
    versions: await versionsIn(system),
    outcome,
    passed: exitCode === 0 && verdict !== undefined && complaint === '',
    seconds,
    date: new Date().toISOString().slice(0, 10),
    machine: thisMachine(),
  };
}

async function versionsIn(system: BareSystem): Promise<string> {
  const line =
    'echo "Node $(node --version), npm $(npm --version), $(qemu-system-x86_64 --version | sed -n 1p), gcc $(gcc -dumpfullversion)"';
  const { output } = await system.run(line, logOf('versions', 'of a system'));
  return output.trim();
}

function logOf(suite: string, step: string): string {
  return join(root, '.kgate/test-hosts', `${suite}-${step.replaceAll(/[^\w.]+/gu, '-')}.log`);
}
