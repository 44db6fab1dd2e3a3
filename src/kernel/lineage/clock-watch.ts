import { stat } from 'node:fs/promises';
import { InfraError } from '../../errors.ts';

/** Clocks of disks and hosts may differ a little, and are slewed all the time. */
const TOLERANCE_MS = 1_000;

/**
 * Runs a build and throws when the time of day was set back meanwhile. make goes by it: what changes after such a jump
 * looks older than what was built before, and would be left as it is.
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
    `The clock of this host was set back by ${Math.round(setBackMs / 1_000)} s while ${subject} was built: make may have left out what changed.`,
    {
      code: 'KERNEL_CLOCK_SET_BACK',
      hint: 'Run the command again: the objects were removed, and are built anew.',
    },
  );
}

/** Whether a file was written at a time that is still to come. */
export async function isFromTheFuture(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && found.mtimeMs > Date.now() + TOLERANCE_MS;
}
