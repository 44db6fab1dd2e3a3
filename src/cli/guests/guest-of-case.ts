import { setTimeout as delay } from 'node:timers/promises';
import { architectures, type ArchName } from '../../arch/architectures.ts';
import type { CaseTranscript } from '../../console/agent/transcript.ts';
import { InterruptedError, UsageError } from '../../errors.ts';
import type { EventSink } from '../../events.ts';
import { collectCommandFiles } from '../../image/command/command-files.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { openGuest, type OpenedGuest } from '../../run/command/open-guest.ts';
import { terminalDescription } from '../../run/command/terminal-description.ts';
import { tailOf } from '../../run/execute/case-text.ts';
import { followClosely } from '../../run/execute/host-guest.ts';
import { judgeCase } from '../../run/judge/judge-case.ts';
import type { PlannedCase } from '../../run/plan/plan.ts';
import { planOnKernels } from '../../run/plan-suite.ts';
import { hostLimits } from '../../run/pool/limits.ts';
import { findProject, type Project } from '../../run/project/project.ts';
import { stayAtReset } from '../../vm/dump-memory.ts';
import type { CommandContext } from '../context.ts';
import { plainText } from '../../util/plain-text.ts';
import { sandboxWanted } from '../options.ts';
import { openProgress } from '../terminal/progress.ts';
import { describeCase } from './described-case.ts';
import { chooseArch, chooseKernel, shapeOf, type GuestFlags } from './guest-flags.ts';
import { onlyWork } from './only-work.ts';

/** The flags that say which guest, and which case is run in it first. */
export interface CaseFlags extends GuestFlags {
  readonly case?: string;
}

/** A guest with a shell in its image, and the case that it is for. */
export interface GuestOfCase {
  readonly opened: OpenedGuest;
  readonly planned: PlannedCase | undefined;
}

/** The guest, and the case that is to be run in it first. */
export async function openForCase(
  flags: CaseFlags,
  { terminal, signal, cwd }: CommandContext,
): Promise<GuestOfCase> {
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

/** Runs a case in its guest. */
export function runFirst(
  { guest, kernel }: OpenedGuest,
  { program, case: name, timeoutMs }: PlannedCase,
  signal: AbortSignal,
): Promise<CaseTranscript> {
  return followClosely({ guest, kernel, signal }, (session) =>
    session.runCase({ program: program.replace(/\.c$/u, ''), case: name, timeoutMs, signal }),
  );
}

/** Whether nothing in the guest answers any more. */
export const isGone = ({ breakdown }: CaseTranscript): boolean =>
  breakdown !== undefined && breakdown.kind !== 'program-hung';

/** How long QEMU may take to say on the console what it stopped for. */
const LAST_WORDS_MS = 500;

/**
 * Runs a case until it ends, or until its kernel does, of which the last state stays to be looked at. Says what it came
 * to.
 */
export async function runUntilItEnds(
  opened: OpenedGuest,
  planned: PlannedCase,
  signal: AbortSignal,
): Promise<string> {
  await stayAtReset(opened.guest);
  const gone = new AbortController();
  void opened.guest.qmp
    .nextEvent(({ event }) => event === 'SHUTDOWN')
    .then(() => delay(LAST_WORDS_MS))
    .then(() => gone.abort())
    .catch(() => {});
  try {
    const transcript = await runFirst(opened, planned, AbortSignal.any([signal, gone.signal]));
    return describeCase(planned, judgeCase(transcript, planned.expected), transcript);
  } catch (error) {
    if (!(error instanceof InterruptedError) || signal.aborted) throw error;
    const tail = tailOf(plainText(opened.guest.consoleLog)).join('\n');
    return `${planned.spec} › ${planned.case} ended its kernel:\n${tail}\n`;
  }
}
