import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where kgate keeps what it built: `KGATE_CACHE`, else `kgate` in the user's cache folder. */
export function cacheFolder(...parts: readonly string[]): string {
  const environment = process.env;
  const root =
    environment['KGATE_CACHE'] ?? join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kgate');
  return resolve(root, ...parts);
}

/** The part of the cache where every kgate that uses it has a mark, a link that bears its name. */
export const USERS = 'users';
