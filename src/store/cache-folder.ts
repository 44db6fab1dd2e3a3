import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { HostError } from '../errors.ts';

/** Where kgate keeps what it built: `KGATE_CACHE`, else `kgate` in the user's cache folder. */
export function cacheFolder(...parts: readonly string[]): string {
  const { KGATE_CACHE: own, XDG_CACHE_HOME: caches } = process.env;
  // What is set to nothing counts as not set.
  const root = isGiven(own) ? own : join(isGiven(caches) ? caches : join(home(), '.cache'), 'kgate');
  return resolve(root, ...parts);
}

const isGiven = (path: string | undefined): path is string => path !== undefined && path !== '';

function home(): string {
  try {
    const folder = homedir();
    if (folder !== '') return folder;
  } catch {
    // A user without a home: neither the environment nor the system's list of users names one.
  }
  throw new HostError('There is no place for the cache: this user has no home folder.', {
    code: 'STORE_NO_HOME',
    hint: 'Set KGATE_CACHE to a folder in which kgate may keep what it builds.',
  });
}

/** The part of the cache where every kgate that uses it has a mark, a link that bears its name. */
export const USERS = 'users';
