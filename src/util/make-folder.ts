import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasErrorCode } from './has-error-code.ts';
import { kindOfPath } from './kind-of-path.ts';

/**
 * Makes a folder and those above it. Node's own `recursive` never ends where a folder cannot be made although the one
 * above it is there, as in /proc, and no signal ends it then.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return await requireFolder(path, error);
    const above = dirname(path);
    if (!hasErrorCode(error, 'ENOENT') || above === path) throw error;
    await makeFolder(above);
    // The one above is there now: what is wrong is no matter of that.
    await mkdir(path).catch((again: unknown) => {
      if (!hasErrorCode(again, 'EEXIST')) throw again;
    });
  }
}

async function requireFolder(path: string, error: unknown): Promise<void> {
  if ((await kindOfPath(path)) !== 'folder') throw error;
}
