import { hostDelayMs } from '../../process/host-delay.ts';
import type { Duplex } from 'node:stream';
import { execa } from 'execa';
import { GROUP_LEADER, killTree, trackChild } from '../../process/children.ts';
import { InternalError } from '../../errors.ts';
import { guestLimits } from './guest-limits.ts';
import type { Qemu } from './qemu.ts';
import { QMP_DESCRIPTOR, SERIAL_DESCRIPTOR } from './qemu-arguments.ts';
import { createQmpClient, type QmpClient } from './qmp-client.ts';
import { shellCommand } from '../../util/shell-word.ts';

/** How a QEMU process ended. */
export interface QemuExit {
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
}

/** A running QEMU. Disposing of it kills it and waits until it is gone. */
export interface QemuProcess extends AsyncDisposable {
  readonly serial: Duplex;
  readonly qmp: QmpClient;
  /** Never rejects. */
  readonly exited: Promise<QemuExit>;
  /** How it ended, once it has. */
  readonly exit: QemuExit | undefined;
  /** What it wrote to stderr, the last few lines. */
  readonly complaints: string;
  /** The command, as a shell takes it. */
  readonly command: string;
  /** How long the host has kept it waiting for a processor, in ms; see host-delay.ts. */
  delayedMs(): number;
}

export interface LaunchOptions {
  readonly qemu: Qemu;
  readonly arguments: readonly string[];
  /** Size of the memory file it makes; without one it may write next to nothing. */
  readonly memoryFileBytes?: number;
  /** Becomes the process's STATE_DESCRIPTOR. The caller keeps it, and may close it once this function has returned. */
  readonly stateDescriptor?: number | undefined;
}

/** How much of stderr is kept. */
const COMPLAINTS_LENGTH = 4_096;

/** Starts QEMU with its serial line and its monitor on socket pairs. */
export async function launchQemu(options: LaunchOptions): Promise<QemuProcess> {
  const limits = await guestLimits(options.memoryFileBytes);
  const [program = '', ...args] = [...limits, options.qemu.path, ...options.arguments];
  const child = trackChild(
    execa(program, args, {
      ...GROUP_LEADER,
      reject: false,
      buffer: false,
      // Node makes each "pipe" above stderr a pair of connected Unix sockets.
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', ...descriptorEntry(options.stateDescriptor)],
    }),
  );
  let complaints = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (chunk: string) => {
    complaints = (complaints + chunk).slice(-COMPLAINTS_LENGTH);
  });
  const serial = streamAt(child.stdio, SERIAL_DESCRIPTOR);
  const monitor = streamAt(child.stdio, QMP_DESCRIPTOR);
  // A reset connection is QEMU's end, which `exited` reports.
  serial.on('error', () => {});

  let exit: QemuExit | undefined;
  const exited = child.then((result) => {
    if (result.code === 'ENOENT' || result.code === 'EACCES') complaints += result.originalMessage ?? '';
    exit = { exitCode: result.exitCode, signal: result.signal };
    return exit;
  });
  return {
    delayedMs: () => (child.pid === undefined ? 0 : hostDelayMs(child.pid)),
    serial,
    qmp: createQmpClient(monitor),
    exited,
    get exit() {
      return exit;
    },
    get complaints() {
      return complaints.trim();
    },
    command: shellCommand([program, ...args]),
    async [Symbol.asyncDispose]() {
      // A guest has nothing worth an orderly shutdown.
      await killTree(child, 0);
      await exited;
      serial.destroy();
      monitor.destroy();
    },
  };
}

/** Node takes any open descriptor; execa's types end at 9. */
function descriptorEntry(descriptor: number | undefined): 9[] {
  return descriptor === undefined ? [] : [descriptor as 9];
}

function streamAt(stdio: readonly unknown[], index: number): Duplex {
  const stream = stdio[index];
  if (stream === null || stream === undefined)
    throw new InternalError(`QEMU was started without descriptor ${index}.`, { code: 'INTERNAL_NO_STREAM' });
  return stream as Duplex;
}
