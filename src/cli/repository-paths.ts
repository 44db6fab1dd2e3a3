import { join, relative, resolve } from 'node:path';
import { findUp } from '../util/find-up.ts';
import { kindOfPath } from '../util/kind-of-path.ts';

/**
 * How paths of a record, which are relative to the working folder, are called from the top of its repository; that is
 * what code hosts know files by. Answers `undefined` for what is outside; without a repository, the working folder is top.
 */
export async function repositoryPaths(cwd: string): Promise<(path: string) => string | undefined> {
  const top = await findUp(cwd, async (folder) => (await kindOfPath(join(folder, '.git'))) !== undefined);
  return (path) => {
    const below = relative(top ?? cwd, resolve(cwd, path));
    return below === '' || below.startsWith('..') ? undefined : below;
  };
}
