import { join, relative, resolve } from 'node:path';
import { findUp } from '../util/find-up.ts';
import { kindOfPath } from '../util/kind-of-path.ts';

/**
 * Translates a record's paths, which are relative to the working folder, to paths from the top of its repository, as
 * code hosts name files. Returns `undefined` for paths outside. Without a repository, the working folder is the top.
 */
export async function repositoryPaths(cwd: string): Promise<(path: string) => string | undefined> {
  const top = await findUp(cwd, async (folder) => (await kindOfPath(join(folder, '.git'))) !== undefined);
  return (path) => {
    const below = relative(top ?? cwd, resolve(cwd, path));
    return below === '' || below.startsWith('..') ? undefined : below;
  };
}
