import { InterruptedError } from '../../errors.ts';
import { lastUsed, listItems, removeUnlocked, type CacheItem } from './cache-item.ts';
import { takeTurn, unusedBefore } from './cache-users.ts';
import { diskUsage } from './disk-usage.ts';

export interface PruneOptions {
  /** Only what was not used for so long. */
  readonly olderThanMs: number;
  /** Whether only to say what would be removed. */
  readonly dryRun: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onWait?: () => void;
}

/** Something that was removed, or would be. */
export interface PrunedItem extends CacheItem {
  readonly bytes: number;
}

/**
 * Removes what has not been used for a long time. Never removes what may be in use: what is locked, and
 * what was used since the first of the kgates that run now began. Another kgate that starts meanwhile waits.
 */
export async function pruneCache(options: PruneOptions): Promise<PrunedItem[]> {
  const { olderThanMs, dryRun, signal } = options;
  await using _turn = await takeTurn(options);
  const before = Math.min(Date.now() - olderThanMs, await unusedBefore());
  const pruned: PrunedItem[] = [];
  for (const { kind, path } of await listItems()) {
    if (signal?.aborted) throw new InterruptedError();
    if (!((await lastUsed(path)) < before)) continue;
    const bytes = diskUsage(path);
    if (dryRun || (await removeUnlocked(path))) pruned.push({ kind, path, bytes });
  }
  return pruned;
}
