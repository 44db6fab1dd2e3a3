import { resolve } from 'node:path';
import { Command } from 'commander';
import { architectures } from '../../arch/architectures.ts';
import type { CaseTranscript } from '../../console/agent/transcript.ts';
import { InterruptedError } from '../../errors.ts';
import { COMMAND_ENVIRONMENT } from '../../run/plan/command-environment.ts';
import { findCommandEnd } from '../../run/command/command-end.ts';
import type { OpenedGuest } from '../../run/command/open-guest.ts';
import { followClosely } from '../../run/execute/host-guest.ts';
import { judgeCase } from '../../run/judge/judge-case.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import { TREE_IN_LINE_TABLES } from '../../kernel/tools/tree-paths.ts';
import { openGdbStub } from '../../vm/gdb-stub.ts';
import type { Guest } from '../../vm/guest.ts';
import { openKept } from '../../vm/kept/open-kept.ts';
import type { CommandContext } from '../context.ts';
import { BOOTING, KERNEL_TROUBLE, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';
import { openRawTerminal, requireTerminal } from '../terminal/raw-terminal.ts';
import { describeCase } from './described-case.ts';
import { addGuestOptions } from './guest-flags.ts';
import { isGone, openForCase, runFirst, type CaseFlags } from './guest-of-case.ts';
import { renderKernelTrouble } from './kernel-trouble.ts';
import { keptOption, requireKeptAlone } from './kept-option.ts';

interface ShellFlags extends CaseFlags {
  readonly kept?: string;
  readonly gdb?: true;
}

const EXITS: ExitCodes = {
  ...BOOTING,
  0: 'the shell was left',
  [KERNEL_TROUBLE]: 'the kernel reported something, died or hung',
};

/** `kgate shell`: a person in a guest. */
export function createShellCommand(context: CommandContext, end: (exitCode: number) => void): Command {
  return addGuestOptions(new Command('shell'), 'this host’s')
    .summary('open a shell in a pristine guest, or in that of a case')
    .description(
      'Opens bash on the serial console of a pristine guest, with the commands of busybox. Every key is the guest’s, Ctrl-C too; Ctrl-] leaves. What the kernel says appears in between, as on any serial console.',
    )
    .option('--case <spec/case>', 'run this case first, and open the shell in what it leaves behind')
    .addOption(keptOption('go on in the guest that a run with --keep-failed left in this folder'))
    .option('--gdb', 'stop the guest first, and print the command that attaches gdb to its kernel')
    .addHelpText(
      'after',
      helpText(EXITS, [
        ['kgate shell --kernel linux-6.12 --arch arm64', 'look around'],
        ['kgate shell --case mremap/shrink --tree ~/linux', 'look at what a case has left behind'],
        [
          'kgate shell --kept .kgate/runs/latest/kept/linux-6.12/x86_64/mremap/shrink',
          'look into a failure again',
        ],
        ['kgate shell --gdb --with ./repro', 'set a breakpoint, then run a program into it'],
      ]),
    )
    .action(async (flags: ShellFlags) => end(await shell(flags, context)));
}

async function shell(flags: ShellFlags, context: CommandContext): Promise<number> {
  const { terminal, signal, cwd } = context;
  requireTerminal();
  if (flags.kept !== undefined) return await shellInKept(flags.kept, flags, context);
  const { opened, planned } = await openForCase(flags, context);
  await using _guest = opened;
  if (flags.gdb === true) await waitForGdb(opened.guest, opened.kernel, context);
  if (planned !== undefined) {
    const transcript = await runFirst(opened, planned, signal);
    terminal.writeError(describeCase(planned, judgeCase(transcript, planned.expected), transcript));
    if (isGone(transcript)) {
      terminal.writeError('The guest is gone, so there is no shell in it.\n');
      return KERNEL_TROUBLE;
    }
  }
  return await useShell(opened, cwd, context);
}

/** A shell where a case that failed has left its guest. With gdb, also in one that does not answer. */
async function shellInKept(
  folder: string,
  { gdb, ...others }: ShellFlags,
  context: CommandContext,
): Promise<number> {
  const { terminal, signal, cwd } = context;
  requireKeptAlone(others);
  await using kept = await openKept(resolve(cwd, folder), { signal });
  const { kernel, about } = kept;
  terminal.writeError(`After ${about.spec} › ${about.case}.\n`);
  if (gdb === true) await waitForGdb(kept, kernel, context);
  // It has no folder of this host.
  return await useShell({ guest: await kept.resume(), kernel }, '/', context);
}

const IN_GDB = `There, "continue" lets it go on, and "set substitute-path ${TREE_IN_LINE_TABLES} DIR" shows the source in DIR.\n`;

/** A shell, until it is left, and what the kernel had to say meanwhile. */
async function useShell(
  opened: Pick<OpenedGuest, 'guest' | 'kernel'>,
  folder: string,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  const subject = `${opened.kernel.id} ${opened.kernel.arch}`;
  terminal.writeError(`${subject}: Ctrl-] leaves.\n`);
  const transcript = await openShell(opened, { subject, folder }, context);
  if (transcript === undefined) return 0;
  const ending = findCommandEnd(transcript);
  if (ending.kind !== 'kernel-trouble') return 0;
  terminal.writeError(renderKernelTrouble(ending, transcript, terminal.errorPalette));
  return KERNEL_TROUBLE;
}

async function waitForGdb(
  guest: Pick<Guest, 'qmp'>,
  kernel: BuiltKernel,
  { terminal, signal }: CommandContext,
): Promise<void> {
  const stub = await openGdbStub(guest, kernel, architectures[kernel.arch], { signal });
  // The socket stays for as long as the process: gdb may come back.
  terminal.writeError(`The kernel is stopped. In another terminal:\n\n    ${stub.command}\n\n${IN_GDB}`);
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new InterruptedError()), { once: true });
  });
  await Promise.race([stub.resumed, aborted]);
}

/** A shell on the guest's console, until it ends or is left; then there is nothing to tell. */
async function openShell(
  { guest, kernel }: Pick<OpenedGuest, 'guest' | 'kernel'>,
  { subject, folder }: { readonly subject: string; readonly folder: string },
  { signal }: CommandContext,
): Promise<CaseTranscript | undefined> {
  using screen = openRawTerminal();
  try {
    const either = AbortSignal.any([signal, screen.left]);
    return await followClosely({ guest, kernel, signal: either }, (session) =>
      session.openConsole({
        folder,
        environment: {
          ...COMMAND_ENVIRONMENT,
          TERM: process.env['TERM'] ?? 'dumb',
          PS1: String.raw`[${subject}] \w\$ `,
        },
        words: ['bash', '--noprofile', '--norc', '-i'],
        rows: screen.rows,
        columns: screen.columns,
        onBytes: (bytes) => screen.write(bytes),
        onOpen: (send) => screen.sendTo(send),
        onClosed: () => screen.sendTo(() => {}),
        signal: either,
      }),
    );
  } catch (error) {
    if (!(error instanceof InterruptedError) || !screen.left.aborted) throw error;
    screen.write(Buffer.from('\r\n'));
    return undefined;
  }
}
