import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerState } from './owner.ts';

/**
 * Removes what processes that are gone have left in a folder: everything whose name says that it is theirs. Returns the
 * paths. What cannot be removed stays; it does no harm.
 */
export async function sweepAbandoned(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const abandoned = names.filter((name) => ownerState(name) === 'gone').map((name) => join(folder, name));
  const removed = await Promise.all(
    abandoned.map(async (path) => {
      try {
        await rm(path, { recursive: true, force: true });
        return [path];
      } catch {
        return [];
      }
    }),
  );
  return removed.flat();
}
