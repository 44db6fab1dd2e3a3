import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownName } from './owner.ts';
import { makeFolder } from '../util/make-folder.ts';

const existing = new Set<string>();

/**
 * A folder with mode 0700 that is removed with everything in it, at the latest when the process exits. Its name says
 * whose it is, so that what a killed process leaves behind can be swept; see `sweepAbandoned`.
 */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/** Makes a temporary folder below `parent`: the system's by default, a store's own where a rename must stay on one disk. */
export async function createTemporaryFolder(prefix: string, parent = tmpdir()): Promise<TemporaryFolder> {
  await makeFolder(parent);
  const path = await mkdtemp(join(parent, `${prefix}-${ownName()}-`));
  existing.add(path);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
      existing.delete(path);
    },
  };
}

process.on('exit', () => {
  for (const path of existing) rmSync(path, { recursive: true, force: true });
});
