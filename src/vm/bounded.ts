import { InfraError, InterruptedError } from '../errors.ts';
import type { Wait } from '../console/agent/session.ts';

/**
 * Waits for a promise, but not beyond the deadline or an abort. The error of a missed deadline names the phase, which
 * completes "No result in time while …".
 */
export async function bounded<T>(phase: string, promise: Promise<T>, wait: Wait): Promise<T> {
  if (wait.signal?.aborted) {
    promise.catch(() => {});
    throw new InterruptedError();
  }
  let timer: NodeJS.Timeout | undefined;
  let abort: (() => void) | undefined;
  try {
    return await Promise.race([
      promise,
      new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(deadlineError(phase, wait.deadlineMs)), wait.deadlineMs);
        abort = () => reject(new InterruptedError());
        wait.signal?.addEventListener('abort', abort, { once: true });
      }),
    ]);
  } finally {
    clearTimeout(timer);
    if (abort !== undefined) wait.signal?.removeEventListener('abort', abort);
  }
}

function deadlineError(phase: string, deadlineMs: number): InfraError {
  return new InfraError(`No result in ${deadlineMs} ms while ${phase}.`, { code: 'VM_DEADLINE' });
}
