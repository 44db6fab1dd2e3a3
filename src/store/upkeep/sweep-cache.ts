import { readdir, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownerState } from '../../process/owner.ts';
import { sweepAbandoned } from '../../process/sweep-abandoned.ts';
import { cacheFolder } from '../cache-folder.ts';
import { removeAbandonedLock } from '../lock.ts';

/**
 * Removes what a kgate that was killed left behind: its temporary folders, with the sockets in them, half-made entries
 * and locks. A cache that cannot be written to stays as it is.
 */
export async function sweepCache(): Promise<void> {
  const root = cacheFolder();
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const parts = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name));
  // A socket may have had to go to /tmp; see freezeGuest.
  const temporary = [
    ...new Set([
      tmpdir(),
      '/tmp',
      join(root, 'tmp'),
      join(root, 'users'),
      ...parts.map((part) => join(part, 'tmp')),
    ]),
  ];
  await Promise.all([...temporary.map(sweepAbandoned), ...parts.map(sweepLocks)]);
}

const LOCK = /\.lock(?:\.[0-9a-f]{16})*$/u;

async function sweepLocks(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isSymbolicLink() || !LOCK.test(entry.name)) continue;
    const link = join(folder, entry.name);
    const owner = await readlink(link).catch(() => '');
    if (ownerState(owner) === 'gone') await removeAbandonedLock(link).catch(() => {});
  }
}
