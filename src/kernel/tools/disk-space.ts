import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskFullError } from '../../util/disk-full.ts';
import { hasErrorCode } from '../../util/has-error-code.ts';

/** Throws when the disk that holds a path, which need not exist yet, has less than this free. */
export async function requireFreeSpace(path: string, wantedMiB: number, purpose: string): Promise<void> {
  const freeMiB = await freeSpaceMiB(path);
  if (freeMiB < wantedMiB) {
    throw diskFullError(
      `There is no room to ${purpose}: it takes ${wantedMiB} MiB, and ${freeMiB} MiB are free at ${path}.`,
      { code: 'KERNEL_DISK_FULL' },
    );
  }
}

async function freeSpaceMiB(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(path);
    return Math.floor((bavail * bsize) / 2 ** 20);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT') || path === dirname(path)) throw error;
    return freeSpaceMiB(dirname(path));
  }
}
