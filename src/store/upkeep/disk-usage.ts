import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrorCode } from '../../util/has-error-code.ts';

const BLOCK_BYTES = 512;

/** What a file or folder takes on its disk, in bytes. A file with several names counts in part for each. */
export function diskUsage(path: string): number {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  const own = (found.blocks * BLOCK_BYTES) / (found.isDirectory() ? 1 : found.nlink);
  if (!found.isDirectory()) return own;
  return namesIn(path).reduce((sum, name) => sum + diskUsage(join(path, name)), own);
}

/** None where another process removed the folder meanwhile. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
    return [];
  }
}
