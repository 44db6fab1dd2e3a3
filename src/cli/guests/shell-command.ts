import { Command } from 'commander';
import { architectures, type ArchName } from '../../arch/architectures.ts';
import type { CaseTranscript } from '../../console/agent/transcript.ts';
import { InterruptedError, UsageError } from '../../errors.ts';
import type { EventSink } from '../../events.ts';
import { collectCommandFiles } from '../../image/command/command-files.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { COMMAND_ENVIRONMENT } from '../../run/plan/command-environment.ts';
import { findCommandEnd } from '../../run/command/command-end.ts';
import { openGuest, type OpenedGuest } from '../../run/command/open-guest.ts';
import { terminalDescription } from '../../run/command/terminal-description.ts';
import { followClosely } from '../../run/execute/host-guest.ts';
import { hostLimits } from '../../run/pool/limits.ts';
import { judgeCase } from '../../run/judge/judge-case.ts';
import type { PlannedCase } from '../../run/plan/plan.ts';
import { planOnKernels } from '../../run/plan-suite.ts';
import { findProject, type Project } from '../../run/project/project.ts';
import { openGdbStub } from '../../vm/gdb-stub.ts';
import type { CommandContext } from '../context.ts';
import { BOOTING, KERNEL_TROUBLE, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';
import { sandboxWanted } from '../options.ts';
import { openProgress } from '../terminal/progress.ts';
import { openRawTerminal, requireTerminal } from '../terminal/raw-terminal.ts';
import { describeCase } from './described-case.ts';
import { addGuestOptions, chooseArch, chooseKernel, shapeOf, type GuestFlags } from './guest-flags.ts';
import { renderKernelTrouble } from './kernel-trouble.ts';
import { onlyWork } from './only-work.ts';

interface ShellFlags extends GuestFlags {
  readonly case?: string;
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
    .option('--gdb', 'stop the guest first, and print the command that attaches gdb to its kernel')
    .addHelpText(
      'after',
      helpText(EXITS, [
        ['kgate shell --kernel linux-6.12 --arch arm64', 'look around'],
        ['kgate shell --case mremap/shrink --tree ~/linux', 'look at what a case has left behind'],
        ['kgate shell --gdb --with ./repro', 'set a breakpoint, then run a program into it'],
      ]),
    )
    .action(async (flags: ShellFlags) => end(await shell(flags, context)));
}

async function shell(flags: ShellFlags, context: CommandContext): Promise<number> {
  const { terminal, signal } = context;
  requireTerminal();
  const { opened, planned } = await openFor(flags, context);
  await using _guest = opened;
  const subject = `${opened.kernel.id} ${opened.kernel.arch}`;
  if (flags.gdb === true) await waitForGdb(opened, context);
  if (planned !== undefined) {
    const transcript = await runFirst(opened, planned, signal);
    terminal.writeError(describeCase(planned, judgeCase(transcript, planned.expected), transcript));
    if (isGone(transcript)) {
      terminal.writeError('The guest is gone, so there is no shell in it.\n');
      return KERNEL_TROUBLE;
    }
  }
  terminal.writeError(`${subject}: Ctrl-] leaves.\n`);
  const transcript = await openShell(opened, subject, context);
  if (transcript === undefined) return 0;
  const ending = findCommandEnd(transcript);
  if (ending.kind !== 'kernel-trouble') return 0;
  terminal.writeError(renderKernelTrouble(ending, transcript, terminal.errorPalette));
  return KERNEL_TROUBLE;
}

/** The guest, and the case that is to be run in it first. */
async function openFor(
  flags: ShellFlags,
  { terminal, signal, cwd }: CommandContext,
): Promise<{ readonly opened: OpenedGuest; readonly planned: PlannedCase | undefined }> {
  using progress = openProgress(terminal);
  const sink: EventSink = onlyWork(progress.sink);
  const onNotice = (message: string) => sink({ type: 'noticed', message });
  const project = await findProject(cwd);
  const kernel = await chooseKernel(project, flags, cwd, onNotice);
  const planned =
    flags.case === undefined ? undefined : await planCase(project, kernel, flags.case, flags.arch);
  const arch = planned?.arch ?? chooseArch(kernel, flags.arch, undefined);
  const files = await collectCommandFiles({
    architecture: architectures[arch],
    word: 'bash',
    folder: cwd,
    given: flags.with ?? [],
    shell: true,
    signal,
    onNotice,
  });
  const opened = await openGuest({
    project,
    kernel,
    arch,
    shape: planned?.shape ?? shapeOf(flags),
    files: [...files, ...(await terminalDescription(process.env['TERM']))],
    programs: planned === undefined ? [] : [planned.program],
    jobs: hostLimits(undefined).slots,
    sandbox: sandboxWanted(flags),
    step: { signal, sink },
  });
  return { opened, planned };
}

async function planCase(
  project: Project,
  kernel: KernelDefinition,
  name: string,
  arch: ArchName | undefined,
): Promise<PlannedCase> {
  const { plan } = await planOnKernels(project, [kernel], {
    cases: [name],
    ...(arch === undefined ? {} : { arches: [arch] }),
  });
  // Without --arch, any architecture of the case will do.
  const [planned] = plan;
  const others = plan.filter((one) => one.spec !== planned?.spec || one.case !== planned.case);
  if (planned?.command !== undefined && others.length === 0)
    throw new UsageError(`"${name}" is a command of this host, which a shell does not run first.`, {
      code: 'SHELL_CASE_COMMAND',
      hint: 'Give its files with --with, and run it in the shell: kgate shell --with ./PROGRAM.',
    });
  if (planned !== undefined && others.length === 0) return planned;
  throw new UsageError(`"${name}" names more than one case.`, {
    code: 'SHELL_CASE_AMBIGUOUS',
    hint: 'Write SPEC/CASE, without a pattern; "kgate list" shows both.',
  });
}

async function waitForGdb(
  { guest, kernel }: OpenedGuest,
  { terminal, signal }: CommandContext,
): Promise<void> {
  const stub = await openGdbStub(guest, kernel, architectures[kernel.arch], { signal });
  // The socket stays for as long as the process: gdb may come back.
  terminal.writeError(
    `The kernel is stopped. In another terminal:\n\n    ${stub.command}\n\nThere, "continue" lets it go on.\n`,
  );
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new InterruptedError()), { once: true });
  });
  await Promise.race([stub.resumed, aborted]);
}

function runFirst(
  { guest, kernel }: OpenedGuest,
  { program, case: name, timeoutMs }: PlannedCase,
  signal: AbortSignal,
): Promise<CaseTranscript> {
  return followClosely({ guest, kernel, signal }, (session) =>
    session.runCase({ program: program.replace(/\.c$/u, ''), case: name, timeoutMs, signal }),
  );
}

const isGone = ({ breakdown }: CaseTranscript): boolean =>
  breakdown !== undefined && breakdown.kind !== 'program-hung';

/** A shell on the guest's console, until it ends or is left; then there is nothing to tell. */
async function openShell(
  { guest, kernel }: OpenedGuest,
  subject: string,
  { signal, cwd }: CommandContext,
): Promise<CaseTranscript | undefined> {
  using screen = openRawTerminal();
  try {
    const either = AbortSignal.any([signal, screen.left]);
    return await followClosely({ guest, kernel, signal: either }, (session) =>
      session.openConsole({
        folder: cwd,
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
