import { rmSync } from 'node:fs';
import { lstat, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerState, ownName } from '../process/owner.ts';
import { hasErrorCode } from '../util/has-error-code.ts';
import { cacheFolder } from './cache-folder.ts';
import { acquireLock, type LockOptions } from './lock.ts';
import { sweepCache } from './sweep-cache.ts';

/** Where every kgate that uses the cache has a mark, a link that bears its name. */
export const USERS = 'users';

/**
 * Marks this process as a user of the cache until it ends, so that nothing that it finds there is pruned meanwhile, and
 * sweeps what killed ones left. Waits for a prune that is under way.
 */
export async function enterCache(options: LockOptions = {}): Promise<void> {
  try {
    await using _turn = await takeTurn(options);
    await sweepCache();
    const mark = cacheFolder(USERS, ownName());
    await mkdir(cacheFolder(USERS), { recursive: true });
    await symlink('.', mark);
    process.on('exit', () => rmSync(mark, { force: true }));
  } catch (error) {
    // What is in a cache can be used where nothing can be written, and nothing can be pruned there either.
    const harmless = ['STORE_UNWRITABLE', 'STORE_DISK_FULL', 'EROFS', 'EACCES', 'ENOSPC', 'EEXIST'];
    if (!harmless.some((code) => hasErrorCode(error, code))) throw error;
  }
}

/** While it is held nobody begins to use the cache. */
export function takeTurn(options: LockOptions): Promise<AsyncDisposable> {
  return acquireLock(cacheFolder(USERS), options);
}

/** When the first of those who use the cache now began to, by the file system's clock; `undefined` when there is none. */
export async function oldestUse(): Promise<number | undefined> {
  const names = await readdir(cacheFolder(USERS)).catch(() => []);
  // One of another machine may live or not: it is believed to.
  const users = names.filter((name) => ownerState(name) !== 'gone' && !name.startsWith(ownName()));
  const times = await Promise.all(
    users.map((name) => lstat(join(cacheFolder(USERS), name)).then(({ mtimeMs }) => mtimeMs)),
  );
  return times.length === 0 ? undefined : Math.min(...times);
}
