import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findUp } from '../util/find-up.ts';

/** Where the parts of a project are: kgate's own checkout, or a repository that uses kgate. */
export interface Project {
  readonly root: string;
  readonly specs: string;
  /** The folder with the guest programs. */
  readonly programs: string;
  /** The folder with agent, guest library and headers: always kgate's own. */
  readonly guests: string;
  /** Where kernel files are looked for, the project's own first. */
  readonly kernels: readonly string[];
  /** Where runs leave their records. */
  readonly runs: string;
}

/** kgate's own folder, whether it runs from `src` or from `dist`. */
export const PACKAGE_ROOT = resolve(import.meta.dirname, '../..');

/**
 * Finds the project that a folder belongs to: the nearest folder upwards with `specs` and `guests/programs`, else
 * kgate itself. A project without `kernels` uses the kernels that kgate brings.
 */
export async function findProject(start: string): Promise<Project> {
  const root = (await findUp(start, isProjectRoot)) ?? PACKAGE_ROOT;
  const own = join(root, 'kernels');
  const bundled = join(PACKAGE_ROOT, 'kernels');
  return {
    root,
    specs: join(root, 'specs'),
    programs: join(root, 'guests', 'programs'),
    guests: join(PACKAGE_ROOT, 'guests'),
    kernels: own !== bundled && (await isFolder(own)) ? [own, bundled] : [bundled],
    runs: join(root, '.kgate', 'runs'),
  };
}

async function isProjectRoot(folder: string): Promise<boolean> {
  return (await isFolder(join(folder, 'specs'))) && isFolder(join(folder, 'guests', 'programs'));
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
