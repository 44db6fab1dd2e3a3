import { resolve } from 'node:path';
import { Command } from 'commander';
import { loadFinding } from '../../fuzz/findings/load-finding.ts';
import { openSupply } from '../../fuzz/guest/open-supply.ts';
import { OPERATIONS } from '../../fuzz/operations/profiles.ts';
import { replay } from '../../fuzz/replay.ts';
import { hostLimits } from '../../run/pool/limits.ts';
import { findProject } from '../../run/project/project.ts';
import type { CommandContext } from '../context.ts';
import { BOOTING, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';
import { addKernelOptions, type KernelFlags } from '../kernel-flags.ts';
import { noSandboxOption, sandboxWanted, type SandboxFlag } from '../options.ts';
import { openProgress } from '../terminal/progress.ts';
import { chooseKernel } from './guest-flags.ts';

interface ReplayFlags extends KernelFlags, SandboxFlag {
  readonly kernel?: string;
}

const EXITS: ExitCodes = {
  ...BOOTING,
  0: 'the programs do what the model allows now',
  1: 'they do not',
};

const WORDS = { same: 'as found', other: 'something else', nothing: 'not seen' } as const;

/** `kgate fuzz replay`: a finding once more. */
export function createReplayCommand(context: CommandContext, end: (exitCode: number) => void): Command {
  const command = new Command('replay')
    .summary('run the programs of a finding once more')
    .description('Runs the programs of a finding in a fresh guest of its architecture.')
    .argument('<finding>', 'the folder of a finding')
    .option('--kernel <kernel>', 'id or kernel file; by default the one it was found on')
    .addOption(noSandboxOption());
  return addKernelOptions(command)
    .addHelpText(
      'after',
      helpText(EXITS, [
        ['kgate fuzz replay .kgate/fuzz/20261130-112500-7/finding-1', 'on the kernel it was found on'],
        ['kgate fuzz replay --kernel linux-6.1 ./finding-1', 'on another one'],
        ['kgate fuzz replay --tree ~/linux ./finding-1', 'on a tree that should have it fixed'],
      ]),
    )
    .action(async (folder: string, flags: ReplayFlags) => end(await run(folder, flags, context)));
}

async function run(
  folder: string,
  flags: ReplayFlags,
  { terminal, signal, cwd }: CommandContext,
): Promise<number> {
  const loaded = await loadFinding(resolve(cwd, folder), OPERATIONS);
  const { arch, kernel: foundOn } = loaded.finding;
  const project = await findProject(cwd);
  const kernel = await chooseKernel(
    project,
    flags.tree === undefined ? { kernel: foundOn, ...flags, arch } : { ...flags, arch },
    cwd,
    (message) => terminal.writeError(`notice  ${message}\n`),
  );
  using progress = openProgress(terminal);
  await using supply = await openSupply({
    project,
    kernel,
    arch,
    jobs: hostLimits(undefined).slots,
    sandbox: sandboxWanted(flags),
    step: { signal, sink: progress.sink },
  });
  const shown = await replay(loaded, supply, OPERATIONS, signal);
  terminal.writeOut(`${WORDS[shown.kind]}  ${arch}: ${shown.text}\n`);
  return shown.kind === 'nothing' ? 0 : 1;
}
