import { lstat, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InterruptedError } from '../../errors.ts';
import { ownerState } from '../../process/owner.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { hasErrorCode } from '../../util/has-error-code.ts';
import { unlessGone } from './unless-gone.ts';
import { cacheFolder, USERS } from '../cache-folder.ts';
import { SEAL } from '../entry-seal.ts';
import { acquireLock } from '../lock.ts';

/** Keeps itself within its own limits. */
const COMPILER_CACHE = 'ccache';

/** Something in the cache that can be removed on its own. */
export interface CacheItem {
  /** The part of the cache that it belongs to, such as "templates". */
  readonly kind: string;
  readonly path: string;
}

/** Everything that can be removed, in use or not. */
export async function listItems(): Promise<CacheItem[]> {
  const items: CacheItem[] = [];
  for (const part of await foldersIn(cacheFolder())) {
    if (part === USERS || part === COMPILER_CACHE) continue;
    const folder = cacheFolder(part);
    if (part !== 'tmp') {
      const names = ((await unlessGone(readdir(folder))) ?? []).filter(
        (name) => name !== 'tmp' && !name.includes('.lock'),
      );
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

/** The time of an entry's mark of use; for anything else, the newest time found near the top. */
export async function lastUsed(path: string): Promise<number> {
  const own = await lstat(path).catch(() => undefined);
  if (own === undefined) return Number.NaN;
  if (!own.isDirectory()) return own.mtimeMs;
  const sealed = await stat(join(path, SEAL)).catch(() => undefined);
  if (sealed !== undefined) return sealed.mtimeMs;
  const names = (await unlessGone(readdir(path))) ?? [];
  // Somebody may be at work there.
  const found = await Promise.all(names.map((name) => unlessGone(lstat(join(path, name)))));
  const times = found.flatMap((one) => (one === undefined ? [] : [one.mtimeMs]));
  return Math.max(own.mtimeMs, ...times);
}

/** Removes something unless its lock is held or another process was faster. Returns whether it did. */
export async function removeUnlocked(path: string): Promise<boolean> {
  const busy = new AbortController();
  try {
    await using _lock = await acquireLock(path, { signal: busy.signal, onWait: () => busy.abort() });
    // Moved away in one step, then removed piece by piece where no one looks.
    await using away = await createTemporaryFolder('pruned', cacheFolder('tmp'));
    await rename(path, join(away.path, 'away'));
    return true;
  } catch (error) {
    if (error instanceof InterruptedError || hasErrorCode(error, 'ENOENT')) return false;
    throw error;
  }
}
