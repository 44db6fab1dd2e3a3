import { randomInt } from 'node:crypto';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { ArchName } from '../../arch/architectures.ts';
import { wantedArches } from '../../arch/wanted-arches.ts';
import type { Finding } from '../../fuzz/findings/finding.ts';
import { Fuzzer, type FuzzResult } from '../../fuzz/fuzz.ts';
import { openSupply, type GuestSupply } from '../../fuzz/guest/open-supply.ts';
import { findProfile, OPERATIONS, PROFILES } from '../../fuzz/operations/profiles.ts';
import { loadSession, saveSession, type Session } from '../../fuzz/session.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { hostLimits } from '../../run/pool/limits.ts';
import { findProject, type Project } from '../../run/project/project.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import { countOf } from '../../util/count-of.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import type { CommandContext } from '../context.ts';
import { BOOTING, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';
import { addKernelOptions, type KernelFlags } from '../kernel-flags.ts';
import {
  anyOf,
  archOption,
  countOption,
  durationOption,
  noSandboxOption,
  sandboxWanted,
  type SandboxFlag,
} from '../options.ts';
import { ownCommand } from '../own-command.ts';
import { openProgress } from '../terminal/progress.ts';
import { createPromoteCommand } from './fuzz-promote-command.ts';
import { createReplayCommand } from './fuzz-replay-command.ts';
import { openFuzzLine } from './fuzz-line.ts';
import { chooseKernel } from './guest-flags.ts';

interface FuzzFlags extends KernelFlags, SandboxFlag {
  readonly profile: string;
  readonly seed?: number;
  readonly resume?: string;
  readonly time?: number;
  readonly programs?: number;
  readonly kernel?: string;
  readonly arch?: readonly ArchName[];
  readonly jobs?: number;
  readonly json?: true;
}

const EXITS: ExitCodes = {
  ...BOOTING,
  0: 'every program did what the model allows',
  1: 'something was found',
};

const SEED_MAX = 2 ** 31;
const FINDINGS_MAX = 20;
const DEFAULT_MS = 60_000;

/** `kgate fuzz`: generated programs against a model. */
export function createFuzzCommand(context: CommandContext, end: (exitCode: number) => void): Command {
  const profiles = PROFILES.map(({ name }) => name);
  const command = new Command('fuzz')
    .summary('find edge cases: generated programs, judged by a model')
    .description(
      'Generates programs of memory operations in several processes, runs them in guests, and compares all that they see with a model of what the man pages promise. What differs is made as small as it gets, and written down with a C program that shows it.',
    )
    .addOption(
      new Option('--profile <profile>', `${anyOf(profiles)}: what is called`).choices(profiles).default('mm'),
    )
    .addOption(countOption('--seed <n>', 'the same seed makes the same programs; random by default'))
    .addOption(
      new Option('--resume <folder>', 'go on where the run that wrote this folder ended').conflicts([
        'seed',
        'profile',
      ]),
    )
    .addOption(durationOption('--time <time>', 'end after so long, such as "10 min"; "60 s" by default'))
    .addOption(countOption('--programs <n>', 'end after so many programs'))
    .option('--kernel <kernel>', 'id or kernel file; by default the newest of those that "kgate run" takes')
    .addOption(archOption())
    .addOption(countOption('--jobs <n>', 'guests at once; by default one for each processor'))
    .addOption(noSandboxOption())
    .option('--json', 'print what was found as JSON');
  return (
    addKernelOptions(command)
      // The options behind "replay" are its own.
      .enablePositionalOptions()
      .addCommand(createReplayCommand(context, end))
      .addCommand(createPromoteCommand(context))
      .addHelpText(
        'after',
        helpText(EXITS, [
          ['kgate fuzz', 'a minute of mmap() and its relatives, on both architectures'],
          ["kgate fuzz --tree ~/linux --time '60 min'", 'a tree of your own'],
          ['kgate fuzz --seed 7 --programs 1000 --arch arm64', 'the same programs again'],
          ['kgate fuzz --resume .kgate/fuzz/20261130-112500-7', 'where that run ended'],
        ]),
      )
      .action(async (flags: FuzzFlags) => end(await fuzz(flags, context)))
  );
}

async function fuzz(flags: FuzzFlags, context: CommandContext): Promise<number> {
  const { terminal, signal, cwd } = context;
  const project = await findProject(cwd);
  const resumed = flags.resume === undefined ? undefined : resolve(cwd, flags.resume);
  const from = resumed === undefined ? undefined : await loadSession(resumed);
  const profile = findProfile(from?.profile ?? flags.profile);
  const kernel = await chooseKernel(
    project,
    withoutUndefined({ ...kernelOf(flags, from), arch: undefined }),
    cwd,
    (message) => terminal.writeError(`notice  ${message}\n`),
  );
  const seed = from?.seed ?? flags.seed ?? randomInt(1, SEED_MAX);
  await using resources = new AsyncDisposableStack();
  const supplies = await openSupplies(resources, project, kernel, flags, context);
  const folder = resumed ?? join(project.root, '.kgate', 'fuzz', `${stamp(new Date())}-${seed}`);
  const line = resources.use(openFuzzLine(terminal));
  const fuzzer = new Fuzzer({
    profile,
    operations: OPERATIONS,
    seed,
    ...(from === undefined ? {} : { from }),
    supplies,
    programsMax: flags.programs ?? Infinity,
    msMax: flags.time ?? (flags.programs === undefined ? DEFAULT_MS : Infinity),
    findingsMax: FINDINGS_MAX,
    folder,
    guests: project.guests,
    signal,
    onFinding: (finding, where) =>
      line.print(`found   ${finding.arch}: ${finding.text}\n        ${displayPath(where)}`),
    onNotice: (message) => line.print(`notice  ${message}`),
  });
  line.follow(() => fuzzer.progress);
  await using _saver = saveNowAndThen(folder, fuzzer);
  const result = await fuzzer.run();
  line.clear();
  terminal.writeOut(flags.json === true ? asJson(result, seed) : summarize(result, seed, supplies));
  if (signal.aborted && flags.json !== true)
    terminal.writeOut(`To go on: ${await ownCommand(cwd)} fuzz --resume ${displayPath(folder)}\n`);
  if (result.found.length > 0) return 1;
  return signal.aborted ? 130 : 0;
}

const SAVE_MS = 10_000;

/** Keeps how far the run has come, so that little is lost when it is killed. */
function saveNowAndThen(folder: string, fuzzer: Fuzzer): AsyncDisposable {
  let last: Promise<void> = Promise.resolve();
  const save = (): Promise<void> => (last = last.then(() => saveSession(folder, fuzzer.session)));
  // What cannot be written is reported at the end.
  const timer = setInterval(() => void save().catch(() => {}), SAVE_MS);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await last.catch(() => {});
      await saveSession(folder, fuzzer.session);
    },
  };
}

/** The kernel of the run that goes on, unless another is named. */
const kernelOf = (flags: FuzzFlags, from: Session | undefined): FuzzFlags =>
  from === undefined || flags.kernel !== undefined || flags.tree !== undefined
    ? flags
    : { ...flags, kernel: from.kernel };

/** Guests are spread over the architectures, at least one each. */
async function openSupplies(
  resources: AsyncDisposableStack,
  project: Project,
  kernel: KernelDefinition,
  flags: FuzzFlags,
  { terminal, signal }: CommandContext,
): Promise<readonly GuestSupply[]> {
  using progress = openProgress(terminal);
  const { slots } = hostLimits(flags.jobs);
  const arches = wantedArches(kernel.arch, flags.arch);
  const supplies: GuestSupply[] = [];
  for (const arch of arches)
    supplies.push(
      resources.use(
        await openSupply({
          project,
          kernel,
          arch,
          jobs: slots,
          sandbox: sandboxWanted(flags),
          step: { signal, sink: progress.sink },
        }),
      ),
    );
  const guests = Math.max(slots, supplies.length);
  return Array.from({ length: guests }, (_, index) => supplies[index % supplies.length]).filter(
    (supply) => supply !== undefined,
  );
}

const perSecond = ({ programs, ms }: FuzzResult): number => Math.round((programs / ms) * 1_000);

function asJson(result: FuzzResult, seed: number): string {
  const { programs, found } = result;
  const findings = found.map(({ finding, folder }) => ({ ...finding, folder: resolve(folder) }));
  return `${JSON.stringify({ seed, programs, programsPerSecond: perSecond(result), findings }, undefined, 2)}\n`;
}

const AGAIN: Readonly<Record<Finding['how'], string>> = {
  alone: 'seen again',
  together: 'seen again',
  once: 'not seen again',
  untried: 'could not be looked into',
};

function summarize(result: FuzzResult, seed: number, supplies: readonly GuestSupply[]): string {
  const { programs, found, ms } = result;
  const kernels = [...new Set(supplies.map(({ kernel, arch }) => `${kernel.id} (${arch})`))].join(', ');
  const lines = found.flatMap(({ finding, folder }, index) => [
    `${index + 1}  ${finding.arch}: ${finding.text}`,
    `   ${countOf(finding.operations, 'operation')}, ${AGAIN[finding.how]}; reproducer ${finding.reproducer}`,
    `   ${displayPath(folder)}`,
  ]);
  const count = found.length === 0 ? 'nothing found' : `${found.length} found`;
  return [
    ...lines,
    `${programs} programs in ${(ms / 1_000).toFixed(1)} s, ${perSecond(result)} a second, on ${kernels}; seed ${seed}: ${count}`,
    '',
  ].join('\n');
}

/** 20261130-1125 */
function stamp(date: Date): string {
  const [day = '', time = ''] = date.toISOString().split('T');
  return `${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}`;
}
