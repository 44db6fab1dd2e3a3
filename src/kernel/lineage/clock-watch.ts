import { stat } from 'node:fs/promises';
import { InfraError } from '../../errors.ts';

/** Clocks of disks and hosts may differ a little, and are slewed all the time. */
const TOLERANCE_MS = 1_000;

/**
 * Runs a build and throws if the wall clock was set back meanwhile. make relies on it: a source changed after such a
 * jump looks older than its object, and would not be rebuilt.
 */
export async function whileClockRuns<T>(subject: string, build: () => Promise<T>): Promise<T> {
  const [dayBefore, before] = [Date.now(), performance.now()];
  const [outcome] = await Promise.allSettled([build()]);
  const setBackMs = performance.now() - before - (Date.now() - dayBefore);
  if (setBackMs <= TOLERANCE_MS) {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  }
  throw new InfraError(
    `The clock of this host was set back by ${Math.round(setBackMs / 1_000)} s while ${subject} was built: make may have missed changes.`,
    {
      code: 'KERNEL_CLOCK_SET_BACK',
      hint: 'Run the command again: the objects were removed and will be rebuilt.',
    },
  );
}

/** Whether a file's time is in the future. */
export async function isFromTheFuture(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && found.mtimeMs > Date.now() + TOLERANCE_MS;
}
