import { createAgentSession } from '../../console/agent/create-session.ts';
import type { AgentSession } from '../../console/agent/session.ts';
import { SERIAL_CHARDEV } from '../qemu/qemu-arguments.ts';
import { launchQemu, type LaunchOptions, type QemuProcess } from '../qemu/qemu-process.ts';

/** A QEMU with a conversation on its serial line, whether or not a guest answers yet. */
export interface StartedGuest extends AsyncDisposable {
  readonly qemu: QemuProcess;
  readonly session: AgentSession;
  /** When the console last showed something, by performance.now(); initially the time of the start. */
  readonly lastTextAt: number;
  /** A break on the serial line, and the key that tells the kernel what to show; not every kernel listens. */
  sendSysRq(key: string): Promise<void>;
}

export interface StartOptions extends LaunchOptions {
  /** See `slownessOf`. */
  readonly slowness?: number;
}

/** Starts QEMU and listens to its serial line from the first byte. */
export async function startGuest(options: StartOptions): Promise<StartedGuest> {
  const qemu = await launchQemu(options);
  let lastTextAt = performance.now();
  const session = createAgentSession(qemu.serial, {
    slowness: options.slowness,
    onConsoleText: () => {
      lastTextAt = performance.now();
    },
  });
  return {
    qemu,
    session,
    get lastTextAt() {
      return lastTextAt;
    },
    async sendSysRq(key) {
      await qemu.qmp.execute('chardev-send-break', { id: SERIAL_CHARDEV });
      qemu.serial.write(key);
    },
    async [Symbol.asyncDispose]() {
      session[Symbol.dispose]();
      await qemu[Symbol.asyncDispose]();
    },
  };
}
