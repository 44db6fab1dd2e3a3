import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const BLOCK_BYTES = 512;

/** What a file or folder takes on its disk, in bytes. A file with several names counts for each a part. */
export function diskUsage(path: string): number {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  const own = (found.blocks * BLOCK_BYTES) / (found.isDirectory() ? 1 : found.nlink);
  if (!found.isDirectory()) return own;
  return readdirSync(path).reduce((sum, name) => sum + diskUsage(join(path, name)), own);
}
