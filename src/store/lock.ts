import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { InterruptedError } from '../errors.ts';
import { hasErrorCode } from '../util/has-error-code.ts';

/** A holder that stopped refreshing its lock for this long is dead, and the lock is taken over. */
const STALE_MS = 10_000;
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
      const release = await lockfile.lock(path, { realpath: false, stale: STALE_MS });
      return { [Symbol.asyncDispose]: release };
    } catch (error) {
      if (!hasErrorCode(error, 'ELOCKED')) throw error;
    }
    if (!waited) options.onWait?.();
    waited = true;
    await delay(RETRY_MS);
  }
}
