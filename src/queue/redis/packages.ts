import type * as BullMq from 'bullmq';
import type * as IoRedis from 'ioredis';
import { HostError } from '../../errors.ts';
import { hasErrorCode } from '../../util/has-error-code.ts';

/** The packages that only a queue needs. */
export interface QueuePackages {
  readonly bullmq: typeof BullMq;
  readonly ioredis: typeof IoRedis;
}

/** Loads the optional packages. Throws HostError where they are not installed. `load` is replaced by tests. */
export async function loadQueuePackages(
  load: () => Promise<QueuePackages> = loadInstalled,
): Promise<QueuePackages> {
  try {
    return await load();
  } catch (cause) {
    if (!hasErrorCode(cause, 'ERR_MODULE_NOT_FOUND') && !hasErrorCode(cause, 'MODULE_NOT_FOUND')) throw cause;
    throw new HostError('A queue needs two packages that are not installed: bullmq and ioredis.', {
      code: 'QUEUE_PACKAGES_MISSING',
      hint: 'Run "npm install bullmq ioredis" where kgate is installed; npm leaves them out with --omit=optional.',
      cause,
    });
  }
}

async function loadInstalled(): Promise<QueuePackages> {
  const [bullmq, ioredis] = await Promise.all([import('bullmq'), import('ioredis')]);
  return { bullmq, ioredis };
}
