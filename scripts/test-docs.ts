// Executes every command that README, docs, helps and reports show, in the place where a user would: in a fresh clone, in
// projects that have kgate installed from its tarball, by Node 20 and 24, and in a kernel tree, all below a home folder
// with a space in its path: "npm run test:docs". Which command runs where, and what stands in for the user's files, say
// scripts/docs/placements.ts and stand-ins.ts. Uses kgate's own cache; takes an hour or two when its kernels are built,
// and goes on where it was stopped. With "-- --only 'kgate report'" only that; any words of a command, its page or its
// place will do, and "printed" for what reports print. With "--again" what has passed, too. With "--list" it says what would be executed.
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createRecordedContext } from '../fixtures/cli/recorded-context.ts';
import { createProgram } from '../src/cli/program.ts';
import { acquireLock } from '../src/store/lock.ts';
import { documentedCommands } from './docs/documented-commands.ts';
import { execute, placeOf, type Subject } from './docs/execute.ts';
import { HOME } from './docs/places.ts';
import { placeCommands, type LeftOutCommand } from './docs/placements.ts';
import { prepareKernelTree } from './docs/prepare/kernel-tree.ts';
import { LOGS } from './docs/prepare/must.ts';
import { prepareClone, prepareProject } from './docs/prepare/package.ts';
import { printedSubjects } from './docs/prepare/printed.ts';
import { prepareFailedProject, prepareRuns } from './docs/prepare/runs.ts';
import { prepareUsersFiles } from './docs/prepare/users-files.ts';
import {
  loadCommandResults,
  renderCommandResults,
  saveCommandResults,
  type CommandResult,
} from './docs/results.ts';
import { pageOf } from './docs/shown-command.ts';
import { isWanted, unmatched } from './long-runs/only.ts';
import { thisMachine } from './long-runs/this-machine.ts';

const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    again: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});
const say = (line: string) =>
  void process.stderr.write(`${new Date().toTimeString().slice(0, 8)}  ${line}\n`);

const { context } = createRecordedContext(root);
const placed = placeCommands(
  await documentedCommands(
    root,
    createProgram(context, () => {}),
  ),
);
const subjects: readonly Subject[] = placed.flatMap((one) =>
  'leftOut' in one ? [] : (one.nodes ?? [24]).map((node) => ({ placed: one, node })),
);
/** A project has to have kgate before it is used; then what takes seconds, and last what is stopped. */
const COSTS: readonly ((subject: Subject) => boolean)[] = [
  ({ placed: { place } }) => place === 'project',
  ({ placed: { quick } }) => quick === true,
  ({ placed: { until } }) => until === undefined,
  () => true,
];
const costOf = (subject: Subject) => COSTS.findIndex((isOfCost) => isOfCost(subject));
const leftOut = placed.filter((one): one is LeftOutCommand => 'leftOut' in one);
const partsOf = (subject: Subject) => {
  const { command, place, where } = subject.placed;
  return [command, place, placeOf(subject), ...where.map(pageOf)];
};
const misspelt = unmatched([...subjects.map(partsOf), ['printed']], values.only);
if (misspelt.length > 0) throw new Error(`nothing here is "${misspelt.join('" or "')}"`);
const wantsPrinted = values.only.length === 0 || values.only.includes('printed');
const wanted = subjects
  .filter((subject) => isWanted(partsOf(subject), values.only))
  .toSorted((a, b) => costOf(a) - costOf(b));

const file = join(root, '.kgate/test-docs.json');
const machine = thisMachine();
const known = await loadCommandResults(file, machine);
const isOf = (subject: Subject) => (one: CommandResult) =>
  one.command === subject.placed.command && one.place === placeOf(subject);
const hasPassed = (subject: Subject) => known.results.find(isOf(subject))?.passed === true;

/** ~/linux, prepared once in a start. */
let tree: Promise<void> | undefined;

if (values.list) {
  for (const subject of wanted) process.stdout.write(`${placeOf(subject)}  ${subject.placed.command}\n`);
  for (const { text, leftOut: why } of leftOut) process.stdout.write(`not executed  ${text}: ${why}\n`);
} else await test();

async function test(): Promise<void> {
  // Two that prepare the same folder would spoil each other's work.
  await using _alone = await acquireLock(HOME, {
    onWait: () => say('waiting for another start of this script'),
  });
  if (values.again) {
    known.results = known.results.filter((one) => !wanted.some((subject) => isOf(subject)(one)));
    await rm(HOME, { recursive: true, force: true });
  }
  say(`${wanted.length} to run, of which ${wanted.filter(hasPassed).length} have passed already`);
  const commit = await prepareClone(root, say);
  await prepareUsersFiles();
  for (const node of [20, 24] as const) await prepareProject(node, commit);
  await executeAll(
    wanted.filter(({ placed: { until } }) => until === undefined),
    commit,
  );
  const printed = wantsPrinted ? await printedWith(commit) : [];
  await executeAll(printed, commit);
  await executeAll(
    wanted.filter(({ placed: { until } }) => until !== undefined),
    commit,
  );

  const everything = [...subjects, ...printed];
  known.results = everything.flatMap((subject) => known.results.filter(isOf(subject)));
  process.stdout.write(renderCommandResults(known));
  for (const { text, leftOut: why, where } of leftOut)
    process.stdout.write(`Not executed: \`${text}\` (${where.join(', ')}): ${why}.\n`);
  process.exitCode = [...wanted, ...printed].every(hasPassed) ? 0 : 1;
}

async function executeAll(some: readonly Subject[], commit: string): Promise<void> {
  for (const subject of some.filter((one) => !hasPassed(one))) {
    const gate = needsRuns(subject) ? await prepareRuns(commit, say) : '';
    if (needsTree(subject)) await (tree ??= prepareKernelTree(say));
    if (subject.placed.place === 'failed project') await prepareFailedProject(commit, say);
    const { result } = await execute(subject, { gate, logs: LOGS, say });
    known.results = [...known.results.filter((one) => !isOf(subject)(one)), result];
    await saveCommandResults(file, known);
  }
}

/** What runs that went wrong print. */
async function printedWith(commit: string): Promise<readonly Subject[]> {
  const gate = await prepareRuns(commit, say);
  await prepareFailedProject(commit, say);
  return printedSubjects(gate);
}

function needsTree({ placed: { command, place } }: Subject): boolean {
  return place === 'tree' || /~\/linux|my-kernel/u.test(command);
}

function needsRuns({ placed: { command, place } }: Subject): boolean {
  return place === 'run' || /kgate (?:report|merge)|\.kgate\/runs/u.test(command);
}
