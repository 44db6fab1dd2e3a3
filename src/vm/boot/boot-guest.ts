import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HangStack } from '../../console/hangs/hang-stack.ts';
import type { AgentSession, GuestFacts } from '../../console/agent/session.ts';
import { InterruptedError } from '../../errors.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import type { BootLimits } from './boot-limits.ts';
import { bounded } from '../bounded.ts';
import { BootError, classifyBoot, isPanic } from './boot-error.ts';
import { examineHang, MONITOR_MS, type OpenGuest } from '../hang/examine-hang.ts';
import { qemuDiedError } from '../qemu/qemu-failure.ts';
import type { QemuExit } from '../qemu/qemu-process.ts';
import type { StartedGuest } from './start-guest.ts';
import { makeFolder } from '../../util/make-folder.ts';

/** After a panic the machine resets at once; a kernel that does not get that far is not waited for. */
const PANIC_GRACE_MS = 1_000;
/** How often the console is looked at. */
const LOOK_MS = 100;

export interface BootOptions {
  /** The kernel and its architecture, as errors name them after "the". */
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
  const quietMs = performance.now() - guest.lastTextAt;
  const failure = classifyBoot(
    session.consoleText,
    exit,
    quietMs,
    quietLimitMs(guest, started, options.limits),
  );
  if (failure === undefined) throw qemuDiedError(qemu, exit ?? NO_EXIT, `booting the ${options.subject}`);
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

/** What the processors of a guest that does not come up are doing. If that cannot be found out, it still has not booted. */
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
    // The monitor of a booting machine has not been spoken to yet.
    await bounded('opening QEMU’s monitor', qemu.qmp.execute('qmp_capabilities'), {
      deadlineMs: MONITOR_MS,
      signal,
    });
    const { processors } = await examineHang(guest, kernel, { signal });
    return processors;
  } catch (error) {
    if (signal?.aborted) throw error;
    return [];
  }
}

/** The agent's word, or nothing if the race ends another way. */
async function ready(session: AgentSession, options: BootOptions, over: AbortSignal): Promise<Ending> {
  const signal = options.signal === undefined ? over : AbortSignal.any([over, options.signal]);
  // The watch on the console gives up first.
  const wait = { deadlineMs: options.limits.totalMs * 2, signal };
  const answer = await session.waitForReady(wait).catch((error: unknown) => {
    if (options.signal?.aborted !== true && over.aborted) return undefined;
    throw error;
  });
  if (options.signal?.aborted) throw new InterruptedError();
  return answer?.kind === 'answered' ? { kind: 'ready', facts: answer.value } : new Promise<never>(() => {});
}

/** A guest that needed a minute to get this far, on a host that is busy, may be silent for another one. */
function quietLimitMs({ lastTextAt }: StartedGuest, started: number, { quietMs }: BootLimits): number {
  return Math.max(quietMs, lastTextAt - started);
}

interface ConsoleWatch {
  /** Settles when the guest has been quiet, or has been booting, for too long, or has panicked and stays. */
  readonly gaveUp: Promise<void>;
  stop(): void;
}

function watchConsole(guest: StartedGuest, limits: BootLimits): ConsoleWatch {
  const started = performance.now();
  let readUpTo = 0;
  let panickedAt: number | undefined;
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => {
    const now = performance.now();
    if (guest.lastTextAt > readUpTo) {
      readUpTo = guest.lastTextAt;
      if (isPanic(guest.session.consoleText)) panickedAt ??= now;
    }
    const quiet = now - guest.lastTextAt >= quietLimitMs(guest, started, limits);
    const late = now - started >= limits.totalMs;
    const panicked = panickedAt !== undefined && now - panickedAt >= PANIC_GRACE_MS;
    if (quiet || late || panicked) resolve();
  };
  const timer = setInterval(look, LOOK_MS);
  return { gaveUp: promise, stop: () => clearInterval(timer) };
}
