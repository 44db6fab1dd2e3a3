import { rmSync } from 'node:fs';
import { lstat, readdir, rename, rm, symlink } from 'node:fs/promises';
import { ownerState, ownName } from '../../process/owner.ts';
import { hasErrorCode } from '../../util/has-error-code.ts';
import { unlessGone } from './unless-gone.ts';
import { cacheFolder, USERS } from '../cache-folder.ts';
import { USED_AGAIN_MS } from '../entry-seal.ts';
import { limitCache } from './limit-cache.ts';
import { acquireLock, type LockOptions } from '../lock.ts';
import { sweepCache } from './sweep-cache.ts';
import { makeFolder } from '../../util/make-folder.ts';

/**
 * Marks this process as a user of the cache until it ends, so that nothing it finds there is pruned meanwhile, sweeps
 * the remains of killed ones, and keeps the cache within its limits. Waits for a prune in progress.
 */
export async function enterCache(options: LockOptions = {}): Promise<void> {
  await whereWritable(async () => {
    await using _turn = await takeTurn(options);
    await sweepCache();
    const mark = ownMark();
    await makeFolder(cacheFolder(USERS));
    await symlink('.', mark);
    process.on('exit', () => rmSync(mark, { force: true }));
    await limitCache(await unusedBefore());
  });
}

export interface KeepOptions extends LockOptions {
  /** How often it does something at most; by default as often as an entry in constant use updates its mark. */
  readonly everyMs?: number;
}

/**
 * For a kgate that runs for days. What this returns is called again and again at moments when this process uses nothing
 * of the cache: now and then, it lets what was used so far be pruned, and keeps the cache within its limits.
 */
export function keepCache({ everyMs = USED_AGAIN_MS, ...options }: KeepOptions = {}): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < everyMs) return;
    last = performance.now();
    await whereWritable(async () => {
      await using _turn = await takeTurn(options);
      await renewMark();
      await limitCache(await unusedBefore());
    });
  };
}

const ownMark = (): string => cacheFolder(USERS, ownName());

/** Its time is that of the file system's clock, like those of others. */
async function renewMark(): Promise<void> {
  const mark = ownMark();
  const renewed = `${mark}.new`;
  await rm(renewed, { force: true });
  await symlink('.', renewed);
  await rename(renewed, mark);
}

/** A read-only cache can still be used, and cannot be pruned either. */
async function whereWritable(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
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
  // A process on another machine is assumed to be alive.
  const users = names.filter((name) => ownerState(name) !== 'gone' && !name.startsWith(ownName()));
  const marks = await Promise.all(users.map((name) => unlessGone(lstat(cacheFolder(USERS, name)))));
  // One that ends meanwhile uses nothing any more.
  const began = marks.flatMap((mark) => (mark === undefined ? [] : [mark.mtimeMs]));
  // An entry updates its mark of use only now and then.
  return Math.min(...began) - 2 * USED_AGAIN_MS;
}
