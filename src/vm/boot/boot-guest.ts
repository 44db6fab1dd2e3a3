import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HangStack } from '../../console/hangs/hang-stack.ts';
import type { AgentSession, GuestFacts } from '../../console/agent/session.ts';
import { InterruptedError, type InfraError } from '../../errors.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import { hostBusyError } from './host-busy.ts';
import type { BootLimits } from './boot-limits.ts';
import { BootError, classifyBoot, isPanic } from './boot-error.ts';
import { examineHang, type OpenGuest } from '../hang/examine-hang.ts';
import { openMonitor } from '../hang/open-monitor.ts';
import { qemuDiedError } from '../qemu/qemu-failure.ts';
import type { QemuExit } from '../qemu/qemu-process.ts';
import type { StartedGuest } from './start-guest.ts';
import { makeFolder } from '../../util/make-folder.ts';

/** After a panic the machine resets at once; kgate does not wait for a kernel that does not get that far. */
const PANIC_GRACE_MS = 1_000;
/** How often the console is checked. */
const LOOK_MS = 100;
/** How many times as long a boot may take on a host that keeps it waiting for a processor. */
const PATIENCE = 4;

export interface BootOptions {
  /** The kernel and its architecture, as they read after "the" in errors. */
  readonly subject: string;
  readonly kernel: BuiltKernel;
  readonly limits: BootLimits;
  /** Where the console goes when the boot fails. */
  readonly failureLog: string;
  readonly signal?: AbortSignal | undefined;
}

type Ending =
  | { readonly kind: 'ready'; readonly facts: GuestFacts }
  | { readonly kind: 'exited'; readonly exit: QemuExit }
  | { readonly kind: 'gave-up' };

/** Waits until the agent is ready. A kernel that does not come up is a BootError, a QEMU that fails an InfraError. */
export async function bootGuest(guest: StartedGuest, options: BootOptions): Promise<GuestFacts> {
  const { qemu, session } = guest;
  const started = performance.now();
  const watch = watchConsole(guest, options.limits);
  const over = new AbortController();
  const ending = await Promise.race([
    ready(session, options, over.signal),
    qemu.exited.then((exit): Ending => ({ kind: 'exited', exit })),
    watch.gaveUp.then((): Ending => ({ kind: 'gave-up' })),
  ]).finally(() => {
    over.abort();
    watch.stop();
  });
  if (ending.kind === 'ready') return ending.facts;

  const exit = ending.kind === 'exited' ? ending.exit : undefined;
  const failure = classifyBoot(session.consoleText, exit, watch.isQuiet());
  if (failure === undefined) throw qemuDiedError(qemu, exit ?? NO_EXIT, `booting the ${options.subject}`);
  if (exit === undefined && failure !== 'panicked' && !watch.hadItsTime())
    throw busyHostError(watch, options);
  const processors = failure === 'stalled' || failure === 'not-ready' ? await lookInto(guest, options) : [];
  const { consoleText } = session;
  await makeFolder(dirname(options.failureLog));
  await writeFile(options.failureLog, consoleText);
  throw new BootError(failure, {
    subject: options.subject,
    afterMs: performance.now() - started,
    consoleText,
    processors,
    logPath: options.failureLog,
    command: qemu.command,
  });
}

const NO_EXIT: QemuExit = { exitCode: undefined, signal: undefined };

/** What the processors of a guest that does not come up are doing. Not finding out changes nothing about the boot. */
async function lookInto(
  started: StartedGuest,
  { kernel, signal }: BootOptions,
): Promise<readonly HangStack[]> {
  const { qemu, session } = started;
  const guest: OpenGuest = {
    qmp: qemu.qmp,
    complaints: qemu.complaints,
    sendSysRq: (key) => started.sendSysRq(key),
    get consoleLog() {
      return session.consoleText;
    },
  };
  try {
    // Nothing has talked to the monitor of a booting machine yet.
    await openMonitor(qemu.qmp, { signal });
    const { processors } = await examineHang(guest, kernel, { signal });
    return processors;
  } catch (error) {
    if (signal?.aborted) throw error;
    return [];
  }
}

/** The agent's announcement, or nothing if the race ends another way. */
async function ready(session: AgentSession, options: BootOptions, over: AbortSignal): Promise<Ending> {
  const signal = options.signal === undefined ? over : AbortSignal.any([over, options.signal]);
  // The watch on the console gives up first.
  const wait = { deadlineMs: options.limits.totalMs * (PATIENCE + 1), signal };
  const answer = await session.waitForReady(wait).catch((error: unknown) => {
    if (options.signal?.aborted !== true && over.aborted) return undefined;
    throw error;
  });
  if (options.signal?.aborted) throw new InterruptedError();
  return answer?.kind === 'answered' ? { kind: 'ready', facts: answer.value } : new Promise<never>(() => {});
}

interface ConsoleWatch {
  /** Settles when the guest has been quiet or booting for too long, or has panicked without resetting. */
  readonly gaveUp: Promise<void>;
  /** Whether it was quiet for too long. */
  isQuiet(): boolean;
  /** Whether the host let it run for as long as a limit says. */
  hadItsTime(): boolean;
  /** How long the host kept it waiting for a processor, in ms. */
  delayedMs(): number;
  stop(): void;
}

/** Watches a boot. Its limits hold for the time that the host gave it: what a host delays is not the kernel's fault. */
function watchConsole(guest: StartedGuest, limits: BootLimits): ConsoleWatch {
  const began = performance.now();
  let delayed = 0;
  const now = (): number => performance.now() - delayed;
  const started = now();
  let [readUpTo, textAt] = [0, started];
  let panickedAt: number | undefined;
  const { promise, resolve } = Promise.withResolvers<void>();
  // A guest that needed a minute to get this far may be silent for another one.
  const isQuiet = () => now() - textAt >= Math.max(limits.quietMs, textAt - started);
  const hadItsTime = () => isQuiet() || now() - started >= limits.totalMs;
  const look = () => {
    delayed = Math.max(delayed, guest.qemu.delayedMs());
    if (guest.lastTextAt > readUpTo) {
      readUpTo = guest.lastTextAt;
      textAt = now();
      if (isPanic(guest.session.consoleText)) panickedAt ??= performance.now();
    }
    const panicked = panickedAt !== undefined && performance.now() - panickedAt >= PANIC_GRACE_MS;
    const late = performance.now() - began >= limits.totalMs * PATIENCE;
    if (hadItsTime() || late || panicked) resolve();
  };
  const timer = setInterval(look, LOOK_MS);
  return {
    gaveUp: promise,
    isQuiet,
    hadItsTime,
    delayedMs: () => delayed,
    stop: () => clearInterval(timer),
  };
}

function busyHostError(watch: ConsoleWatch, { subject, limits }: BootOptions): InfraError {
  return hostBusyError(
    `The host is too busy to boot the ${subject}: of ${seconds(limits.totalMs * PATIENCE)} it kept QEMU waiting for a processor for ${seconds(watch.delayedMs())}.`,
  );
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(0)} s`;
