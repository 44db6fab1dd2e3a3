import { rmSync } from 'node:fs';
import { lstat, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerState, ownName } from '../../process/owner.ts';
import { hasErrorCode } from '../../util/has-error-code.ts';
import { cacheFolder, USERS } from '../cache-folder.ts';
import { USED_AGAIN_MS } from '../entry-seal.ts';
import { limitCache } from './limit-cache.ts';
import { acquireLock, type LockOptions } from '../lock.ts';
import { sweepCache } from './sweep-cache.ts';
import { makeFolder } from '../../util/make-folder.ts';

/**
 * Marks this process as a user of the cache until it ends, so that nothing that it finds there is pruned meanwhile,
 * sweeps what killed ones left, and keeps the cache within its limits. Waits for a prune that is under way.
 */
export async function enterCache(options: LockOptions = {}): Promise<void> {
  try {
    await using _turn = await takeTurn(options);
    await sweepCache();
    const mark = cacheFolder(USERS, ownName());
    await makeFolder(cacheFolder(USERS));
    await symlink('.', mark);
    process.on('exit', () => rmSync(mark, { force: true }));
    await limitCache(await unusedBefore());
  } catch (error) {
    // What is in a cache can be used where nothing can be written, and nothing can be pruned there either.
    const harmless = ['STORE_UNWRITABLE', 'STORE_DISK_FULL', 'EROFS', 'EACCES', 'ENOSPC', 'EEXIST'];
    if (!harmless.some((code) => hasErrorCode(error, code))) throw error;
  }
}

/** While it is held, no other kgate starts to use the cache. */
export function takeTurn(options: LockOptions): Promise<AsyncDisposable> {
  return acquireLock(cacheFolder(USERS), options);
}

/** Anything last used before this moment is not in use. In milliseconds, by the file system's clock. */
export async function unusedBefore(): Promise<number> {
  const names = await readdir(cacheFolder(USERS)).catch(() => []);
  // One of another machine may live or not: it is believed to.
  const users = names.filter((name) => ownerState(name) !== 'gone' && !name.startsWith(ownName()));
  const began = await Promise.all(
    users.map((name) => lstat(join(cacheFolder(USERS), name)).then(({ mtimeMs }) => mtimeMs)),
  );
  // An entry says only now and then that it is in use.
  return Math.min(...began) - 2 * USED_AGAIN_MS;
}
