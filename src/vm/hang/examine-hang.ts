import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessorReading } from '../../arch/architecture.ts';
import { architectures } from '../../arch/architectures.ts';
import type { HangStack } from '../../console/hangs/hang-stack.ts';
import { InfraError } from '../../errors.ts';
import { openCodeReader } from '../../kernel/symbols/code-reader.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import { parseTextSymbols, type TextSymbol } from '../../kernel/symbols/text-symbols.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { bounded } from '../bounded.ts';
import type { Guest, GuestWait } from '../guest.ts';
import { parseProcessorStates, type ProcessorState } from './processor-state.ts';
import { walkKernelStack, type StackReader } from './kernel-stack.ts';

/** QEMU's monitor answers in milliseconds, no matter what its guest does. */
export const MONITOR_MS = 5_000;
/** Kernel stacks are aligned to at least this, so that the rest of one can be read without hitting its guard. */
const STACK_BYTES = 16_384n;
/** How many times processors are examined while one of them is seen in passing. */
const SAMPLES = 10;
/** Where a processor is on its way to somewhere else: in an interrupt, or awake for a moment in the idle loop. */
const IN_PASSING = /irq_(?:enter|exit)|^handle_softirqs|^__do_softirq|^do_idle$/u;
/** How long a kernel may take to show all its tasks, and how long it may stay quiet meanwhile. */
const SHOW_MS = 4_000;
const SHOW_QUIET_MS = 400;

/** Findings about a guest that has gone silent. */
export interface HangExamination {
  /** One per processor. */
  readonly processors: readonly HangStack[];
  /** The kernel's answer when asked for its tasks on the serial line; empty where it cannot be asked. */
  readonly consoleText: string;
}

/** The parts of a guest needed to examine it. */
export type OpenGuest = Pick<Guest, 'qmp' | 'complaints' | 'consoleLog' | 'sendSysRq'>;

/**
 * Examines a guest that hangs: the registers and stacks of its processors from outside, and its tasks where its kernel
 * still answers SysRq. An emulator that does not answer, or has stopped its guest, is an InfraError: the kernel is
 * not what hangs.
 */
export async function examineHang(
  guest: OpenGuest,
  kernel: BuiltKernel,
  wait: GuestWait = {},
): Promise<HangExamination> {
  await checkEmulator(guest, wait);
  // The kernel hangs even if nothing more can be found out.
  const unlessStopped = (error: unknown) => {
    if (wait.signal?.aborted) throw error;
  };
  const processors = await showProcessors(guest, kernel, wait).catch(unlessStopped);
  const consoleText = await askForTasks(guest, kernel, wait).catch(unlessStopped);
  return { processors: processors ?? [], consoleText: consoleText ?? '' };
}

/** Throws an InfraError when QEMU itself does not answer, or does not execute its guest. */
export async function checkEmulator({ qmp, complaints }: OpenGuest, wait: GuestWait = {}): Promise<void> {
  const asked = performance.now();
  const status = await bounded('asking', qmp.execute('query-status'), {
    deadlineMs: MONITOR_MS,
    ...wait,
  }).catch((error: unknown) => {
    if (!(error instanceof InfraError) || error.code !== 'VM_DEADLINE') throw error;
    throw new InfraError(
      `QEMU is stuck: neither its guest nor its monitor answered, the monitor for ${Math.round(performance.now() - asked)} ms.`,
      {
        code: 'VM_QEMU_STUCK',
        hint: 'Something on this host stopped the process or keeps it from running: look for a SIGSTOP, a debugger, a full disk, or heavy swapping.',
        detail: complaints,
      },
    );
  });
  const name = (status as { readonly status?: string } | undefined)?.status ?? 'unknown';
  if (name !== 'running')
    throw new InfraError(`QEMU is not executing its guest: its state is "${name}".`, {
      code: 'VM_GUEST_STOPPED',
      detail: complaints,
    });
}

async function showProcessors(
  { qmp }: OpenGuest,
  kernel: BuiltKernel,
  wait: GuestWait,
): Promise<readonly HangStack[]> {
  const monitor = (command: string, index = 0) =>
    bounded(
      `asking QEMU’s monitor for "${command.split(' ')[0]}"`,
      qmp.execute('human-monitor-command', { 'command-line': command, 'cpu-index': index }),
      { deadlineMs: MONITOR_MS, ...wait },
    );
  await using folder = await createTemporaryFolder('kgate-hang');
  await using code = await openCodeReader(kernel.vmlinux);
  const reading = architectures[kernel.arch].processor;
  const reader = { code, reading, find: parseTextSymbols(await readFile(kernel.systemMap, 'utf8')) };
  const sample = async (): Promise<readonly HangStack[]> => {
    // An emulated processor's registers are exact only while it stands still.
    await bounded('stopping a guest', qmp.execute('stop'), { deadlineMs: MONITOR_MS, ...wait });
    try {
      const states = parseProcessorStates(String(await monitor('info registers -a')), reading);
      const stacks: HangStack[] = [];
      for (const state of states) {
        const file = join(folder.path, String(state.index));
        const bytes = STACK_BYTES - (state.stackPointer % STACK_BYTES);
        const address = `0x${state.stackPointer.toString(16)}`;
        if (state.mode === 'kernel') await monitor(`memsave ${address} ${bytes} "${file}"`, state.index);
        // The file of a failed read is not there.
        const stack = await readFile(file).catch(() => Buffer.alloc(0));
        stacks.push(await describeProcessor(state, stack, reader));
      }
      return stacks;
    } finally {
      await bounded('resuming a guest', qmp.execute('cont'), { deadlineMs: MONITOR_MS, ...wait });
    }
  };
  // A guest on a busy host spends much of its time on timer interrupts, and on waking from idle for them; neither
  // says anything about where it hangs.
  const isInPassing = ({ stack }: HangStack): boolean =>
    stack.some(({ symbol }) => IN_PASSING.test(symbol) || reading.interrupt.test(symbol));
  let stacks = await sample();
  for (let again = 1; again < SAMPLES && stacks.some(isInPassing); again += 1) stacks = await sample();
  return stacks;
}

async function describeProcessor(
  state: ProcessorState,
  stack: Buffer,
  reader: StackReader & { readonly reading: ProcessorReading },
): Promise<HangStack> {
  const of = `Processor ${state.index} ${DOING[state.mode]}${state.interrupts ? '' : ' with interrupts off'}`;
  if (state.mode === 'user') return { kind: 'processor', of, stack: [], registers: {} };
  const frames = await walkKernelStack(state, stack, reader);
  const [first] = frames;
  if (first === undefined) return { kind: 'processor', of, stack: [], registers: {} };
  return {
    kind: 'processor',
    of,
    stack: frames,
    registers: { [reader.reading.programCounter]: printed(first) },
  };
}

const DOING: Readonly<Record<ProcessorState['mode'], string>> = {
  user: 'was in a program',
  kernel: 'was in the kernel',
  halted: 'was idle',
};

const printed = ({ symbol, offset, size }: TextSymbol): string =>
  `${symbol}+0x${offset.toString(16)}/0x${size.toString(16)}`;

/** A break on the serial line and a key, where the kernel was built to listen for it. */
async function askForTasks(guest: OpenGuest, kernel: BuiltKernel, { signal }: GuestWait): Promise<string> {
  const config = await readFile(kernel.config, 'utf8').catch(() => '');
  if (!/^CONFIG_MAGIC_SYSRQ_SERIAL=y$/mu.test(config)) return '';
  const begin = guest.consoleLog.length;
  await bounded('sending a break', guest.sendSysRq('t'), { deadlineMs: MONITOR_MS, signal });
  const until = performance.now() + SHOW_MS;
  let seen = begin;
  let quietSince = performance.now();
  while (performance.now() < until) {
    await delay(SHOW_QUIET_MS / 4, undefined, { signal });
    if (guest.consoleLog.length > seen) quietSince = performance.now();
    else if (performance.now() - quietSince >= SHOW_QUIET_MS) break;
    seen = guest.consoleLog.length;
  }
  return guest.consoleLog.slice(begin);
}
