import { Command, InvalidArgumentError, Option } from 'commander';
import { ARCH_NAMES, architectures } from '../../arch/architectures.ts';
import { InterruptedError } from '../../errors.ts';
import { architectureOf, collectCommandFiles } from '../../image/command/command-files.ts';
import { findHostCommand } from '../../image/command/host-command.ts';
import { hostLimits } from '../../run/pool/limits.ts';
import { followClosely } from '../../run/execute/host-guest.ts';
import { findProject } from '../../run/project/project.ts';
import { findCommandEnd } from '../../run/command/command-end.ts';
import { COMMAND_ENVIRONMENT } from '../../run/plan/command-environment.ts';
import { requireShort } from '../../run/command/command-words.ts';
import { judgeKtap } from '../../run/command/ktap-verdict.ts';
import { openGuest, type OpenedGuest } from '../../run/command/open-guest.ts';
import { unreachable } from '../../util/unreachable.ts';
import { BootError } from '../../vm/boot/boot-error.ts';
import type { CommandContext } from '../context.ts';
import { BUILDING, KERNEL_TROUBLE, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';
import { durationOption, sandboxWanted } from '../options.ts';
import { describeError } from '../terminal/print-error.ts';
import { openProgress } from '../terminal/progress.ts';
import { openStreams } from '../terminal/streams.ts';
import { renderKernelTrouble } from './kernel-trouble.ts';
import { addGuestOptions, chooseArch, chooseKernel, shapeOf, type GuestFlags } from './guest-flags.ts';
import { renderKtapSummary } from './ktap-summary.ts';
import { onlyWork } from './only-work.ts';

interface ExecFlags extends GuestFlags {
  readonly env?: Readonly<Record<string, string>>;
  readonly timeout?: number;
  readonly withShell?: true;
  readonly ktap?: true;
}

const EXIT_TEST_FAILED = 1;
const EXIT_TIMED_OUT = 124;
const EXIT_NOT_EXECUTED = 127;
const EXIT_UNREAD = 141;

const EXITS: ExitCodes = {
  ...BUILDING,
  0: 'the command succeeded; any other code that is not listed is the command’s own',
  [EXIT_TEST_FAILED]: 'with --ktap: a test failed, crashed or did not report, or none passed',
  4: 'the harness failed, or the disk is full',
  [KERNEL_TROUBLE]: 'the kernel reported something, died or hung; also when it does not boot',
  [EXIT_TIMED_OUT]: 'the command was ended at its --timeout',
  [EXIT_NOT_EXECUTED]: 'the guest could not execute the command',
  [EXIT_UNREAD]: 'the reader of its output has gone away',
};

/** `kgate exec`: a command of the host in a pristine guest. */
export function createExecCommand(context: CommandContext, end: (exitCode: number) => void): Command {
  return addGuestOptions(new Command('exec'), 'that of the program, else this host’s')
    .summary('run a program or a script of this host in a pristine guest')
    .description(
      'Runs a command in a pristine guest, with its standard streams and its exit status. With a slash it is a file of this host, which is at the same place in the guest: a program, with its libraries, or a script. Without, it is sh, bash or a command of busybox. A signal that ends it counts as 128 and its number.',
    )
    .argument('<command...>', 'the command and its arguments, after "--"')
    .option('--with-shell', 'put a shell into the guest, for a program that starts one')
    .option('--ktap', 'judge it by the tests that it prints as KTAP or TAP, and end with 0 or 1')
    .addOption(environmentOption())
    .addOption(durationOption('--timeout <time>', 'end it after so long, such as "30 s"; never by default'))
    .passThroughOptions()
    .addHelpText(
      'after',
      helpText(EXITS, [
        ['kgate exec --kernel linux-6.12 -- ./repro', 'a program of this folder'],
        [
          'kgate exec --arch arm64 --with data.bin -- ./check.sh data.bin',
          'a script and a file that it reads',
        ],
        ['kgate exec --tree ~/linux -- cat /proc/filesystems', 'a question to a tree of your own'],
      ]),
    )
    .action(async (words: readonly string[], flags: ExecFlags) => end(await exec(words, flags, context)));
}

function environmentOption(): Option {
  return new Option('--env <name=value>', 'set a variable; repeatable').argParser(
    (given: string, before: Readonly<Record<string, string>> | undefined) => {
      const [, name, value = ''] = /^([^=]+)=(.*)$/su.exec(given) ?? [];
      if (name === undefined) throw new InvalidArgumentError('Write NAME=VALUE.');
      return { ...before, [name]: value };
    },
  );
}

async function exec(words: readonly string[], flags: ExecFlags, context: CommandContext): Promise<number> {
  const { terminal, cwd } = context;
  const command = {
    folder: cwd,
    environment: { ...COMMAND_ENVIRONMENT, ...flags.env },
    words,
  };
  requireShort(command);
  const streams = openStreams();
  const signal = AbortSignal.any([context.signal, streams.unread]);
  try {
    await using opened = await openFor(words, flags, { ...context, signal });
    const transcript = await followClosely({ ...opened, signal }, (session) =>
      session.runCommand({
        ...command,
        timeout: flags.timeout === undefined ? undefined : { ms: flags.timeout, isScaled: false },
        whole: true,
        stdin: streams.stdin,
        onOutput: (descriptor, bytes) => streams.write(descriptor, bytes),
        settled: () => streams.settled(),
        signal,
      }),
    );
    const ending = findCommandEnd(transcript);
    switch (ending.kind) {
      case 'ended': {
        if (flags.ktap !== true) return ending.status;
        const verdict = judgeKtap(transcript.stdout, ending.status);
        terminal.writeError(renderKtapSummary(verdict, terminal.errorPalette));
        return verdict.passed ? 0 : EXIT_TEST_FAILED;
      }
      case 'timed-out':
        terminal.writeError(`${words[0]} was ended after ${flags.timeout} ms.\n`);
        return EXIT_TIMED_OUT;
      case 'not-executed':
        terminal.writeError(`${words[0]} was not executed: ${ending.reason}.\n`);
        return EXIT_NOT_EXECUTED;
      case 'kernel-trouble':
        terminal.writeError(renderKernelTrouble(ending, transcript, terminal.errorPalette));
        return KERNEL_TROUBLE;
      default:
        return unreachable(ending);
    }
  } catch (error) {
    if (error instanceof InterruptedError && streams.unread.aborted) return EXIT_UNREAD;
    if (!(error instanceof BootError)) throw error;
    terminal.writeError(`${describeError(error, { palette: terminal.errorPalette }).text}\n`);
    return KERNEL_TROUBLE;
  }
}

/** The guest of a command. */
async function openFor(
  words: readonly string[],
  flags: ExecFlags,
  { terminal, signal, cwd }: CommandContext,
): Promise<OpenedGuest> {
  using progress = openProgress(terminal);
  const sink = onlyWork(progress.sink);
  const onNotice = (message: string) => sink({ type: 'noticed', message });
  const [word = ''] = words;
  const [project, host] = await Promise.all([findProject(cwd), findHostCommand(word, cwd)]);
  const kernel = await chooseKernel(project, flags, cwd, onNotice);
  const fits = architectureOf(
    host,
    kernel.arch.map((name) => architectures[name]),
  );
  const arch = chooseArch(
    kernel,
    flags.arch,
    ARCH_NAMES.find((name) => name === fits?.name),
  );
  const files = await collectCommandFiles({
    architecture: architectures[arch],
    word,
    folder: cwd,
    given: flags.with ?? [],
    shell: flags.withShell === true,
    signal,
    onNotice,
  });
  return await openGuest({
    project,
    kernel,
    arch,
    shape: shapeOf(flags),
    files,
    programs: [],
    jobs: hostLimits(undefined).slots,
    sandbox: sandboxWanted(flags),
    step: { signal, sink },
  });
}
