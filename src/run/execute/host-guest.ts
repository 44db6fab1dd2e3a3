import { hasBootBanner } from '../../console/kernel-text/boot-banner.ts';
import { findCaseSplats } from '../../console/agent/case-splats.ts';
import type { AgentSession } from '../../console/agent/session.ts';
import { findTaskStacks } from '../../console/hangs/task-stacks.ts';
import { explainDeath, explainTasks, readTaskStacks, type LocateProgram } from '../locate/explain-program.ts';
import type { CaseTranscript } from '../../console/agent/transcript.ts';
import { InfraError } from '../../errors.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import { bounded } from '../../vm/bounded.ts';
import { keepGuest } from '../../vm/kept/keep-guest.ts';
import type { KeptMachine } from '../../vm/kept/kept-record.ts';
import { checkEmulator, examineHang } from '../../vm/hang/examine-hang.ts';
import { readGuestMemory } from '../../vm/hang/guest-memory.ts';
import type { Guest } from '../../vm/guest.ts';
import { describeExit } from '../../vm/qemu/qemu-failure.ts';
import type { GuestCase, RunGuest } from './backend.ts';
import { COMMAND_ENVIRONMENT } from '../plan/command-environment.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** A closed console means that QEMU is exiting, which takes milliseconds. */
const EXIT_MS = 10_000;

/** A guest for one case, examined more closely if it breaks down. */
export function asRunGuest(guest: Guest, machine: KeptMachine, locate: LocateProgram): RunGuest {
  const { kernel } = machine;
  return {
    async runCase(request) {
      const watched = { guest, kernel, signal: request.signal };
      if (request.command !== undefined) return runCommand(watched, request.command, request);
      const transcript = await followClosely(watched, (session) => session.runCase(request));
      const how = transcript.breakdown?.kind;
      if (how === 'program-hung') return explainTasks(transcript, request, locate);
      if (how === 'kernel-hung') {
        const own = await readTaskStacks(transcript, request, locate);
        return { ...transcript, stacks: [...(transcript.stacks ?? []), ...own] };
      }
      return how === undefined ? explainDeath(transcript, request, locate) : transcript;
    },
    keep: (folder, about, signal) => keepGuest(guest, { folder, machine, about, signal }),
    readMemory: (address, length) => readGuestMemory(guest.qmp, address, length),
    [Symbol.asyncDispose]: () => guest[Symbol.asyncDispose](),
  };
}

/** Runs a program that judges itself: of its stacks, only those in the kernel are known. */
function runCommand(
  watched: WatchedGuest,
  command: NonNullable<GuestCase['command']>,
  { timeoutMs: ms, signal }: GuestCase,
): Promise<CaseTranscript> {
  const timeout = { ms, isScaled: true };
  return followClosely(watched, (session) =>
    session.runCommand({ ...command, environment: COMMAND_ENVIRONMENT, timeout, signal }),
  );
}

/** A guest in which something is about to run. */
interface WatchedGuest {
  readonly guest: Guest;
  readonly kernel: BuiltKernel;
  readonly signal: AbortSignal | undefined;
}

/**
 * Has a guest do something, and examines it more closely if it breaks down. Throws InfraError when the emulator failed,
 * not the guest.
 */
export async function followClosely(
  { guest, kernel, signal }: WatchedGuest,
  run: (session: AgentSession) => Promise<CaseTranscript>,
): Promise<CaseTranscript> {
  const reason = shutdownReason(guest);
  const delayedBefore = guest.delayedMs();
  const told = await run(guest.session);
  const transcript = { ...told, delayedMs: Math.max(0, guest.delayedMs() - delayedBefore) };
  const how = transcript.breakdown?.kind;
  if (how === 'connection-lost') return explainEnd(guest, transcript, await reason, signal);
  if (how === 'kernel-hung') return explainHang(guest, kernel, transcript, signal);
  // A silent line may mean that QEMU itself is stuck.
  if (how === 'channel-damaged') await checkEmulator(guest, { signal });
  if (how !== 'program-hung') return transcript;
  // The kernel's task dump, which the agent asked for before it killed the program.
  return { ...transcript, stacks: findTaskStacks(transcript.kernelLog || transcript.consoleText) };
}

/** QEMU's own word for why it ends, once it does. */
async function shutdownReason({ qmp }: Guest): Promise<unknown> {
  const event = await qmp.nextEvent((one) => one.event === 'SHUTDOWN').catch(() => undefined);
  return event?.data['reason'];
}

async function explainEnd(
  guest: Guest,
  transcript: CaseTranscript,
  reason: unknown,
  signal: AbortSignal | undefined,
): Promise<CaseTranscript> {
  const exit = await bounded('waiting for the end of QEMU', guest.exited, { deadlineMs: EXIT_MS, signal });
  // With -no-reboot a guest that resets ends QEMU with status 0; any other end is QEMU's own.
  if (exit.exitCode !== 0 && transcript.splats.length === 0)
    throw new InfraError(`QEMU ended ${describeExit(exit)} while a case was running.`, {
      code: 'VM_QEMU_DIED',
      detail: guest.complaints,
    });
  const how = HOW[String(reason)];
  return { ...transcript, breakdown: { kind: 'connection-lost', ...withoutUndefined({ how }) } };
}

const HOW: Readonly<Record<string, 'reset' | 'powered-off'>> = {
  'guest-reset': 'reset',
  'guest-shutdown': 'powered-off',
};

async function explainHang(
  guest: Guest,
  kernel: BuiltKernel,
  transcript: CaseTranscript,
  signal: AbortSignal | undefined,
): Promise<CaseTranscript> {
  if (hasBootBanner(transcript.consoleText)) return { ...transcript, breakdown: { kind: 'rebooted' } };
  const { processors, consoleText: late } = await examineHang(guest, kernel, { signal });
  const consoleText = transcript.consoleText + late;
  return {
    ...transcript,
    consoleText,
    // A hung kernel may notice only now.
    splats: findCaseSplats(transcript.kernelLog, consoleText),
    // What runs are the processors, of which the kernel shows no more than how it was asked.
    stacks: [...processors, ...findTaskStacks(late, 'DS')],
  };
}
