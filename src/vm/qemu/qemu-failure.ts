import { setTimeout as delay } from 'node:timers/promises';
import { InfraError } from '../../errors.ts';
import type { QemuExit, QemuProcess } from './qemu-process.ts';

/** How long QEMU may take to exit after its connections have closed. */
const GONE_MS = 1_000;

/** The error for a QEMU that ended unasked. `phase` completes "while …". */
export function qemuDiedError(qemu: QemuProcess, exit: QemuExit, phase: string): InfraError {
  return new InfraError(`QEMU ended ${describeExit(exit)} while ${phase}.`, {
    code: 'VM_QEMU_DIED',
    ...(exit.signal === 'SIGBUS' ? { hint: DISK_FULL_HINT } : {}),
    detail: qemuEvidence(qemu),
  });
}

/** The same failure with QEMU's command and output; a lost connection becomes the death that caused it. */
export async function withQemuEvidence(error: unknown, qemu: QemuProcess, phase: string): Promise<unknown> {
  if (!(error instanceof InfraError) || error.detail !== undefined) return error;
  const exit = error.code === 'QMP_CONNECTION_LOST' ? await exitSoon(qemu) : undefined;
  if (exit !== undefined) return qemuDiedError(qemu, exit, phase);
  return new InfraError(error.message, { code: error.code, detail: qemuEvidence(qemu), cause: error });
}

/** How QEMU ended, once its connections have: they close a moment before the process exits. */
export async function exitSoon(qemu: QemuProcess): Promise<QemuExit | undefined> {
  const over = new AbortController();
  const timer = delay(GONE_MS, undefined, { signal: over.signal }).catch(() => undefined);
  const exit = await Promise.race([qemu.exited, timer]);
  over.abort();
  return exit;
}

/** How a process ended, to complete "QEMU ended …". */
export function describeExit(exit: QemuExit): string {
  return exit.signal === undefined ? `with status ${exit.exitCode ?? 'unknown'}` : `by signal ${exit.signal}`;
}

/** QEMU's command and its complaints. */
export function qemuEvidence(qemu: QemuProcess): string {
  return [`$ ${qemu.command}`, qemu.complaints].join('\n').trim();
}

const DISK_FULL_HINT =
  'SIGBUS is what a full disk under the memory file looks like: free some space, or set KGATE_CACHE to another disk.';
