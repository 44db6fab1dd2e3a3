import { describeHangStack, type HangStack } from '../../console/hangs/hang-stack.ts';
import { KgateError } from '../../errors.ts';
import type { QemuExit } from '../qemu/qemu-process.ts';

/** What a kernel did instead of bringing up the agent. */
export type BootFailureKind =
  /** It panicked. */
  | 'panicked'
  /** It reset the machine without saying why: a triple fault, or an init that ended. */
  | 'reset'
  /** It never wrote to the console. */
  | 'silent'
  /** It wrote to the console, then stopped. */
  | 'stalled'
  /** It kept writing to the console, and the agent was not ready in time. */
  | 'not-ready';

/** A kernel that does not boot: the fault of the kernel under test, not of the host or of QEMU. */
export class BootError extends KgateError {
  readonly exitCode = 1;
  readonly failure: BootFailureKind;
  /** Everything on the console, for the crash detector. */
  readonly consoleText: string;
  /** What its processors were doing when kgate gave up on it; empty if kgate did not look. */
  readonly processors: readonly HangStack[];
  /** Where the console was saved. */
  readonly logPath: string;

  constructor(failure: BootFailureKind, details: BootErrorDetails) {
    super(`The ${details.subject} ${DESCRIPTIONS[failure](details.afterMs)}.`, {
      code: CODES[failure],
      hint: HINTS[failure],
      detail: [
        ...(failure === 'silent' ? [] : ['The last console lines:', ...lastLines(details.consoleText)]),
        ...details.processors.flatMap(showProcessor),
        `The whole console: ${details.logPath}`,
        `The machine: ${details.command}`,
      ].join('\n'),
    });
    this.failure = failure;
    this.consoleText = details.consoleText;
    this.processors = details.processors;
    this.logPath = details.logPath;
  }
}

export interface BootErrorDetails {
  /** The kernel and its architecture, as they read after "the". */
  readonly subject: string;
  readonly afterMs: number;
  readonly consoleText: string;
  readonly processors: readonly HangStack[];
  readonly logPath: string;
  readonly command: string;
}

/**
 * How a boot failed, judged by the guest's end, if it ended, and by its console; `undefined` when QEMU itself
 * failed. QEMU ends with status 0 when the guest resets, because of -no-reboot.
 */
export function classifyBoot(
  consoleText: string,
  exit: QemuExit | undefined,
  isQuiet: boolean,
): BootFailureKind | undefined {
  if (isPanic(consoleText)) return 'panicked';
  if (exit !== undefined) return exit.exitCode === 0 ? 'reset' : undefined;
  if (consoleText.trim() === '') return 'silent';
  return isQuiet ? 'stalled' : 'not-ready';
}

/** Whether a console shows a kernel panic. */
export function isPanic(consoleText: string): boolean {
  return consoleText.includes('Kernel panic - not syncing');
}

const CODES: Readonly<Record<BootFailureKind, string>> = {
  panicked: 'BOOT_PANICKED',
  reset: 'BOOT_RESET',
  silent: 'BOOT_SILENT',
  stalled: 'BOOT_STALLED',
  'not-ready': 'BOOT_NOT_READY',
};

const DESCRIPTIONS: Readonly<Record<BootFailureKind, (afterMs: number) => string>> = {
  panicked: (ms) => `panicked ${seconds(ms)} after its start, before the agent was ready`,
  reset: (ms) => `reset the machine ${seconds(ms)} after its start, without a panic on the console`,
  silent: (ms) => `wrote nothing to the console in ${seconds(ms)}`,
  stalled: (ms) =>
    `stopped writing to the console, and the agent was not ready ${seconds(ms)} after its start`,
  'not-ready': (ms) => `was still booting after ${seconds(ms)}`,
};

const HINTS: Readonly<Record<BootFailureKind, string>> = {
  panicked: 'Read the panic below; it comes from the kernel under test.',
  reset: 'A reset without a panic is a triple fault, or a restart that the kernel asked for.',
  silent: 'Check that the serial console’s driver is built in and that the kernel is for this machine.',
  stalled: 'The last lines below show how far it got, and the processors show what it is waiting for.',
  'not-ready': 'The last lines below and the processors show what it is busy with.',
};

const TAIL_LINES = 20;

function lastLines(text: string): string[] {
  return text.trimEnd().split(/\r?\n/u).slice(-TAIL_LINES);
}

function showProcessor(processor: HangStack): string[] {
  return [describeHangStack(processor), ...processor.stack.map(({ symbol }) => `  ${symbol}`)];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
