import { createHash, randomUUID } from 'node:crypto';
import { readlinkSync, rmSync } from 'node:fs';
import { lstat, lutimes, readlink, rm, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { InfraError, InterruptedError } from '../errors.ts';
import { ownerPid, ownerState, ownName } from '../process/owner.ts';
import { hasErrorCode } from '../util/has-error-code.ts';
import { describeCacheTrouble } from './cache-trouble.ts';
import type { LockHolder } from './lock-holder.ts';
import { makeFolder } from '../util/make-folder.ts';

/**
 * A lock is a symbolic link `<path>.lock` whose target names its owner: made in one step, whole or not at all. The lock
 * of a process that is gone is taken over at once. One whose owner runs on another machine or in another container is
 * watched instead: its owner touches it every few seconds, and when it has not changed for a minute, by this process's
 * own stopwatch, its owner counts as gone. Times of day are never compared: the clock may jump.
 */
const SILENT_MS = 60_000;
const TOUCH_MS = 3_000;
const RETRY_MS = 100;

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once, when another process holds the lock and this caller starts to wait; not always is it known which. */
  readonly onWait?: (holder?: LockHolder) => void;
}

/** Takes the lock `<path>.lock` against every other kgate, waiting for as long as it takes. */
export async function acquireLock(path: string, options: LockOptions = {}): Promise<AsyncDisposable> {
  const link = `${path}.lock`;
  const owner = `${ownName()}.${randomUUID().slice(0, 8)}`;
  await describeCacheTrouble(dirname(path), () => makeFolder(dirname(path)));
  const watch = new Watch();
  let waited = false;
  for (;;) {
    if (options.signal?.aborted) throw new InterruptedError();
    if (await describeCacheTrouble(dirname(path), () => tryLink(link, owner))) return hold(path, link, owner);
    if (await breakAbandoned(link, watch)) continue;
    if (!waited) options.onWait?.(await holderOf(link));
    waited = true;
    await delay(RETRY_MS);
  }
}

async function holderOf(link: string): Promise<LockHolder> {
  const [owner, state] = await Promise.all([targetOf(link), lstat(link).catch(() => undefined)]);
  return {
    pid: owner === undefined ? undefined : ownerPid(owner),
    since: state === undefined || state.birthtimeMs === 0 ? undefined : state.birthtime,
  };
}

/** Removes a lock whose owner is gone. */
export async function removeAbandonedLock(link: string): Promise<void> {
  await breakAbandoned(link, new Watch());
}

const held = new Map<string, string>();

function hold(path: string, link: string, owner: string): AsyncDisposable {
  held.set(link, owner);
  const check = async () => {
    if ((await touch(link, owner)) || held.get(link) !== owner) return;
    held.delete(link);
    clearInterval(timer);
    // This error must not wait to be awaited: the lock's new owner is already changing what is being worked on.
    throw lockLost(path);
  };
  const timer = setInterval(() => void check(), TOUCH_MS);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      if (held.get(link) !== owner) return;
      held.delete(link);
      clearInterval(timer);
      if ((await targetOf(link)) === owner) await rm(link, { force: true });
    },
  };
}

process.on('exit', () => {
  for (const [link, owner] of held) {
    try {
      if (readlinkSync(link) === owner) rmSync(link);
    } catch {
      // Gone already, or on a disk that can no longer be written to: there is no one left to tell.
    }
  }
});

/** Shows that the owner lives; says whether the lock still is the owner's. A disk that fails for once proves nothing. */
async function touch(link: string, owner: string): Promise<boolean> {
  const target = await targetOf(link);
  if (target !== owner) return false;
  // The times themselves mean nothing: what counts is that they change.
  await lutimes(link, performance.now() / 1_000, Date.now() / 1_000).catch(() => {});
  return true;
}

async function tryLink(link: string, owner: string): Promise<boolean> {
  try {
    await symlink(owner, link);
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/**
 * Removes a lock that was abandoned. Of all who find it so one may do that: whoever makes the link that is named after
 * the abandoned owner. Until it is gone nobody else can have removed the lock and taken it anew.
 */
async function breakAbandoned(link: string, watch: Watch): Promise<boolean> {
  const found = await targetOf(link);
  if (found === undefined || !(await isAbandoned(link, found, watch))) return false;
  const right = `${link}.${createHash('sha256').update(found).digest('hex').slice(0, 16)}`;
  if (!(await tryLink(right, `${ownName()}.breaks`))) return breakAbandoned(right, new Watch());
  if ((await targetOf(link)) === found) await rm(link, { recursive: true, force: true });
  await rm(right, { force: true });
  return true;
}

/** A folder is a lock too: that of a kgate from before locks were links. */
const FOLDER = 'folder';

async function targetOf(link: string): Promise<string | undefined> {
  try {
    return await readlink(link);
  } catch (error) {
    return hasErrorCode(error, 'EINVAL') ? FOLDER : undefined;
  }
}

async function isAbandoned(link: string, owner: string, watch: Watch): Promise<boolean> {
  const state = owner === FOLDER ? 'elsewhere' : ownerState(owner);
  if (state !== 'elsewhere') return state !== 'alive';
  const found = await lstat(link).catch(() => undefined);
  return found !== undefined && watch.isSilent(`${owner} ${found.mtimeMs}`);
}

/** Notices that something stayed the same for long. */
class Watch {
  #seen: string | undefined;
  #since = 0;

  isSilent(state: string): boolean {
    const now = performance.now();
    if (state !== this.#seen) this.#since = now;
    this.#seen = state;
    return now - this.#since > SILENT_MS;
  }
}

function lockLost(path: string): InfraError {
  return new InfraError(`The lock ${path}.lock was taken over or removed while it was held.`, {
    code: 'STORE_LOCK_LOST',
    hint: 'It was removed, or the machine slept for a minute while another one used the same cache. Run the command again; nothing half-made is kept.',
  });
}
