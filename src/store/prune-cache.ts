import { lstat, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InterruptedError } from '../errors.ts';
import { ownerState } from '../process/owner.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { cacheFolder } from './cache-folder.ts';
import { oldestUse, takeTurn, USERS } from './cache-users.ts';
import { diskUsage } from './disk-usage.ts';
import { SEAL, USED_AGAIN_MS } from './entry-seal.ts';
import { acquireLock } from './lock.ts';

export interface PruneOptions {
  /** Only what was not used for so long. */
  readonly olderThanMs: number;
  /** Whether only to say what would be removed. */
  readonly dryRun: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onWait?: () => void;
}

/** Something that was removed, or would be. */
export interface PrunedItem {
  /** The part of the cache that it belonged to, such as "templates". */
  readonly kind: string;
  readonly path: string;
  readonly bytes: number;
}

/**
 * Removes what the cache holds and nobody used for long. Never removes what somebody may be using: what is locked, and
 * what was used since the first of the kgates that run now began. Another kgate that starts meanwhile waits.
 */
export async function pruneCache(options: PruneOptions): Promise<PrunedItem[]> {
  const { olderThanMs, dryRun, signal } = options;
  await using _turn = await takeTurn(options);
  const inUseSince = (await oldestUse()) ?? Number.POSITIVE_INFINITY;
  // An entry says only now and then that it is in use.
  const before = Math.min(Date.now() - olderThanMs, inUseSince - 2 * USED_AGAIN_MS);
  const pruned: PrunedItem[] = [];
  for (const { kind, path } of await listItems()) {
    if (signal?.aborted) throw new InterruptedError();
    if (!((await lastUsed(path)) < before)) continue;
    const bytes = diskUsage(path);
    if (dryRun || (await removeUnlocked(path))) pruned.push({ kind, path, bytes });
  }
  return pruned;
}

/** Keeps itself within its own limits. */
const COMPILER_CACHE = 'ccache';

type Item = Pick<PrunedItem, 'kind' | 'path'>;

async function listItems(): Promise<Item[]> {
  const items: Item[] = [];
  for (const part of await foldersIn(cacheFolder())) {
    if (part === USERS || part === COMPILER_CACHE) continue;
    const folder = cacheFolder(part);
    if (part !== 'tmp') {
      const names = (await readdir(folder)).filter((name) => name !== 'tmp' && !name.includes('.lock'));
      items.push(...names.map((name) => ({ kind: part, path: join(folder, name) })));
    }
    const temporary = part === 'tmp' ? folder : join(folder, 'tmp');
    const left = (await readdir(temporary).catch(() => [])).filter((name) => ownerState(name) !== 'alive');
    items.push(...left.map((name) => ({ kind: 'temporary files', path: join(temporary, name) })));
  }
  return items;
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** The time of the mark that an entry keeps of its use; of anything else the newest that is seen without going deep. */
async function lastUsed(path: string): Promise<number> {
  const own = await lstat(path).catch(() => undefined);
  if (own === undefined) return Number.NaN;
  if (!own.isDirectory()) return own.mtimeMs;
  const sealed = await stat(join(path, SEAL)).catch(() => undefined);
  if (sealed !== undefined) return sealed.mtimeMs;
  const names = await readdir(path);
  const times = await Promise.all(names.map(async (name) => (await lstat(join(path, name))).mtimeMs));
  return Math.max(own.mtimeMs, ...times);
}

/** Removes something unless somebody holds its lock; says whether it did. */
async function removeUnlocked(path: string): Promise<boolean> {
  const busy = new AbortController();
  try {
    await using _lock = await acquireLock(path, { signal: busy.signal, onWait: () => busy.abort() });
    // It goes in one step, and then piece by piece, where nobody looks for it.
    await using away = await createTemporaryFolder('pruned', cacheFolder('tmp'));
    await rename(path, join(away.path, 'away'));
    return true;
  } catch (error) {
    if (error instanceof InterruptedError) return false;
    throw error;
  }
}
