import pRetry from 'p-retry';
import { InfraError, InterruptedError } from '../../errors.ts';
import type { Guest, GuestWait } from '../guest.ts';
import { resumeClone, type CloneSource } from './clone.ts';
import type { WaitingClones } from './waiting-clones.ts';

/** Fresh clones to try after the first, before a cold boot. */
const CLONE_RETRIES = 2;
const RETRY_DELAY_MS = 50;

/** The possible sources of a pristine guest. */
export interface GuestSupply {
  readonly source: CloneSource;
  readonly waiting: WaitingClones;
  readonly boot: (wait: GuestWait) => Promise<Guest>;
  /** Called for every clone that did not come up. */
  readonly notice: (message: string) => void;
}

/** Returns a clone, a fresh one if it does not come up, and finally a guest booted instead. */
export async function cloneOrBoot(supply: GuestSupply, wait: GuestWait): Promise<Guest> {
  const { kernel } = supply.source.machine.options;
  const subject = `${kernel.id} (${kernel.arch})`;
  try {
    return await pRetry(() => takeClone(supply, wait), {
      retries: CLONE_RETRIES,
      minTimeout: RETRY_DELAY_MS,
      shouldRetry: ({ error }) => error instanceof InfraError,
      onFailedAttempt: ({ error, retriesLeft }) => {
        if (error instanceof InfraError && retriesLeft > 0)
          supply.notice(`A clone of ${subject} did not come up; trying a fresh one. ${error.message}`);
      },
    });
  } catch (error) {
    if (!(error instanceof InfraError)) throw error;
    supply.notice(`No clone of ${subject} comes up; booting instead. ${error.message}`);
    return supply.boot(wait);
  }
}

async function takeClone({ source, waiting }: GuestSupply, wait: GuestWait): Promise<Guest> {
  if (wait.signal?.aborted) throw new InterruptedError();
  const askedAt = performance.now();
  return resumeClone(source, await waiting.take(), askedAt, wait);
}
