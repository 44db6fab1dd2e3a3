import type { StartedGuest } from '../boot/start-guest.ts';

/** QEMU processes that are started before they are needed. Disposing of it kills those that are waiting. */
export interface WaitingClones extends AsyncDisposable {
  /** A process from the pool, or a new one when none is waiting; the caller owns it. Replacements start soon after. */
  take(): Promise<StartedGuest>;
}

export interface WaitingClonesOptions {
  /** How many processes wait at most. */
  readonly size: number;
  readonly launch: () => Promise<StartedGuest>;
}

/** Keeps up to `size` processes waiting once the first has been asked for. */
export function createWaitingClones({ size, launch }: WaitingClonesOptions): WaitingClones {
  const waiting: Promise<StartedGuest>[] = [];
  let room = size;

  const fill = () => {
    while (waiting.length < room) {
      const launching = launch();
      // The taker gets the error.
      launching.catch(() => {});
      waiting.push(launching);
    }
  };

  return {
    async take() {
      const taken = (await takeLiving(waiting)) ?? launch();
      // Starting a process holds up this one for milliseconds, so the taker first gets to send its commands.
      setImmediate(fill);
      return taken;
    },
    async [Symbol.asyncDispose]() {
      room = 0;
      await Promise.all(waiting.splice(0).map(disposeOf));
    },
  };
}

async function disposeOf(launching: Promise<StartedGuest>): Promise<void> {
  const launched = await launching.catch(() => undefined);
  await launched?.[Symbol.asyncDispose]();
}

async function takeLiving(waiting: Promise<StartedGuest>[]): Promise<StartedGuest | undefined> {
  for (;;) {
    const launched = await waiting.shift();
    if (launched?.qemu.exit === undefined) return launched;
    await launched[Symbol.asyncDispose]();
  }
}
