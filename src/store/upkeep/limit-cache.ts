import { lastUsed, listItems, removeUnlocked } from './cache-item.ts';
import { diskUsage } from './disk-usage.ts';

/** The most bytes that a part of the cache keeps on disk, by its name. */
export type CacheLimits = Readonly<Record<string, number>>;

const GIB = 2 ** 30;

/** Every edit of a guest program makes new images, and new templates of all kernels. Both are made again in seconds. */
const LIMITS: CacheLimits = { images: 4 * GIB, templates: 20 * GIB };

/**
 * Removes what was used longest ago from the parts of the cache that hold more than they may. What was used at
 * `unusedBefore` or later may be in use, and stays, even above a limit.
 */
export async function limitCache(unusedBefore: number, limits: CacheLimits = LIMITS): Promise<void> {
  const parts = Map.groupBy(await listItems(), ({ kind }) => kind);
  for (const [part, mostBytes] of Object.entries(limits)) {
    const paths = (parts.get(part) ?? []).map(({ path }) => path);
    const items = await Promise.all(
      paths.map(async (path) => ({ path, used: await lastUsed(path), bytes: diskUsage(path) })),
    );
    let bytes = 0;
    const there = items.filter(({ used }) => !Number.isNaN(used));
    for (const item of there.toSorted((one, other) => other.used - one.used)) {
      bytes += item.bytes;
      if (bytes > mostBytes && item.used < unusedBefore) await removeUnlocked(item.path);
    }
  }
}
