import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { InfraError, InterruptedError } from '../errors.ts';
import { hasErrorCode } from '../util/has-error-code.ts';

/**
 * A holder that stopped refreshing its lock for this long is dead, and the lock is taken over. Builds can keep a loaded
 * machine so busy that a living one is late by more than ten seconds.
 */
const STALE_MS = 60_000;
const REFRESH_MS = 3_000;
const RETRY_MS = 100;

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once, when somebody else holds the lock and this caller begins to wait. */
  readonly onWait?: () => void;
}

/** Takes the lock `<path>.lock` against every other kgate on this machine, waiting for as long as it takes. */
export async function acquireLock(path: string, options: LockOptions = {}): Promise<AsyncDisposable> {
  await mkdir(dirname(path), { recursive: true });
  let waited = false;
  for (;;) {
    if (options.signal?.aborted) throw new InterruptedError();
    try {
      const release = await lockfile.lock(path, {
        realpath: false,
        stale: STALE_MS,
        update: REFRESH_MS,
        onCompromised: (cause) => {
          throw lockLost(path, cause);
        },
      });
      return { [Symbol.asyncDispose]: release };
    } catch (error) {
      if (!hasErrorCode(error, 'ELOCKED')) throw error;
    }
    if (!waited) options.onWait?.();
    waited = true;
    await delay(RETRY_MS);
  }
}

/** Nobody waits for this error, and nobody may: whoever has the lock now changes what is being worked on. */
function lockLost(path: string, cause: Error): InfraError {
  return new InfraError(`The lock ${path}.lock was taken over or removed while it was held.`, {
    code: 'STORE_LOCK_LOST',
    hint: 'The machine slept or was overloaded for a minute. Run the command again; nothing half-made is kept.',
    cause,
  });
}
