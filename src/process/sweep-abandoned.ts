import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerState } from './owner.ts';

/**
 * Removes the remains of dead processes in a folder: everything that bears the name of one. Returns the paths. Anything
 * that cannot be removed stays; it does no harm.
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
