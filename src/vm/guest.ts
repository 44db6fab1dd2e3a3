import type { AgentSession } from '../console/agent/session.ts';
import type { QmpClient } from './qemu/qmp-client.ts';
import type { QemuExit } from './qemu/qemu-process.ts';

/** A running guest whose agent has answered a greeting. Disposing of it kills it. */
export interface Guest extends AsyncDisposable {
  readonly session: AgentSession;
  readonly qmp: QmpClient;
  /** A break on the serial line, and the key that tells the kernel what to show; not every kernel listens. */
  sendSysRq(key: string): Promise<void>;
  readonly origin: 'clone' | 'cold-boot';
  /** Kernel and firmware text on the console, so far. */
  readonly consoleLog: string;
  /** Settles when QEMU ends, for any reason; never rejects. */
  readonly exited: Promise<QemuExit>;
  /** QEMU's own complaints. */
  readonly complaints: string;
  /** How long the host has kept it waiting for a processor, in ms. */
  delayedMs(): number;
  /** Wall time from asking for the guest to its answer. */
  readonly startMs: number;
}

export interface GuestWait {
  readonly signal?: AbortSignal | undefined;
}
