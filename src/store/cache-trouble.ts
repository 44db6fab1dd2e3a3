import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HostError } from '../errors.ts';
import { hasErrorCode } from '../util/has-error-code.ts';
import { diskFullError, isDiskFull } from '../util/disk-full.ts';

/** Runs something that writes to a folder of the cache; an error for a full or read-only disk names the folder. */
export async function describeCacheTrouble<T>(folder: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw await explain(folder, error);
  }
}

async function explain(folder: string, cause: unknown): Promise<unknown> {
  if (isDiskFull(cause))
    return diskFullError(
      `The disk is full: nothing more can be written to ${folder}${await roomLeft(folder)}.`,
      {
        code: 'STORE_DISK_FULL',
        hint: 'Free some space ("kgate prune" removes files not used for a long time), or set KGATE_CACHE to a folder on another disk. Nothing incomplete was kept.',
        cause,
      },
    );
  // On a read-only disk Node may report a folder that cannot be created as ENOENT.
  const refusal =
    refused(cause) ?? (hasErrorCode(cause, 'ENOENT') ? refused(await tryAccess(folder)) : undefined);
  if (refusal === undefined) return cause;
  return new HostError(`The cache cannot be written to: ${folder} is read-only for this user (${refusal}).`, {
    code: 'STORE_UNWRITABLE',
    hint: 'Make the folder writable for this user, or set KGATE_CACHE to another folder. Existing entries can still be used.',
    cause,
  });
}

const REFUSALS = ['EROFS', 'EACCES', 'EPERM'];

const refused = (error: unknown): string | undefined => REFUSALS.find((code) => hasErrorCode(error, code));

/** Why nothing can be written to a folder, or to the nearest above it that exists. */
async function tryAccess(folder: string): Promise<unknown> {
  try {
    await access(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    const above = dirname(folder);
    return hasErrorCode(error, 'ENOENT') && above !== folder ? tryAccess(above) : error;
  }
}

async function roomLeft(folder: string): Promise<string> {
  const found = await statfs(folder).catch(() => undefined);
  if (found === undefined) return '';
  return ` (${Math.floor((found.bavail * found.bsize) / 2 ** 20)} MiB are free)`;
}
