import { availableParallelism } from 'node:os';
import type { PoolLimits } from './job-pool.ts';

/** The part of the available memory that guests may use; the rest is for the host and for kernel builds. */
const MEMORY_SHARE = 0.75;

/** What this host can run at once: by default one guest a core. */
export function hostLimits(jobs: number | undefined): PoolLimits {
  return {
    slots: jobs ?? availableParallelism(),
    memoryMiB: Math.floor((process.availableMemory() * MEMORY_SHARE) / 2 ** 20),
  };
}
