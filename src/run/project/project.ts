import { join, resolve } from 'node:path';
import type { CacheSettings } from '../../store/remote/cache-server.ts';
import { findUp } from '../../util/find-up.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { loadProjectFile, PROJECT_FILE, type ProjectSettings } from './project-file.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** The places of a project's parts: kgate's own checkout, or a repository that uses kgate. */
export interface Project {
  readonly root: string;
  readonly specs: string;
  /** The folder with the guest programs. */
  readonly programs: string;
  /** The folder with agent, guest library and headers: always kgate's own. */
  readonly guests: string;
  /** Folders of further guest libraries, the project's own first. */
  readonly libraries: readonly string[];
  /** Where kernel files are looked for, the project's own first. */
  readonly kernels: readonly string[];
  /** The folder for records of runs. */
  readonly runs: string;
  /** Default kernels, as ids or kernel files; without any, every patched kernel. */
  readonly defaultKernels?: readonly string[];
  /** The list of known failures, when not beside the root's `specs`. */
  readonly knownFailures?: string;
  /** The file with durations of cases, when it is not `durations.json` of the root. */
  readonly durations?: string;
  /** The server that machines share results through. */
  readonly cache?: CacheSettings;
}

/** kgate's own folder, whether running from `src` or `dist`. */
export const PACKAGE_ROOT = resolve(import.meta.dirname, '../../..');

/**
 * Finds the project that a folder belongs to: the nearest folder upwards with a `kgate.yaml`, or with `specs` and
 * `guests/programs`, else kgate itself. A project without `kernels` uses the kernels that kgate brings.
 */
export async function findProject(start: string): Promise<Project> {
  const root = (await findUp(start, isProjectRoot)) ?? PACKAGE_ROOT;
  const given = (await isFile(join(root, PROJECT_FILE))) ? await loadProjectFile(root) : NOTHING_GIVEN;
  const own = given.kernels ?? join(root, 'kernels');
  const bundled = join(PACKAGE_ROOT, 'kernels');
  const libraries = given.libraries ?? join(root, 'guests', 'libraries');
  const bundledLibraries = join(PACKAGE_ROOT, 'guests', 'libraries');
  return {
    root,
    specs: given.specs ?? join(root, 'specs'),
    programs: given.programs ?? join(root, 'guests', 'programs'),
    guests: join(PACKAGE_ROOT, 'guests'),
    libraries: [...new Set([libraries, bundledLibraries])],
    kernels: own !== bundled && (await isFolder(own)) ? [own, bundled] : [bundled],
    runs: join(root, '.kgate', 'runs'),
    ...withoutUndefined({
      defaultKernels: given.defaultKernels,
      knownFailures: given.knownFailures,
      durations: given.durations,
      cache: given.cache,
    }),
  };
}

const NOTHING_GIVEN: ProjectSettings = {
  specs: undefined,
  programs: undefined,
  libraries: undefined,
  kernels: undefined,
  defaultKernels: undefined,
  knownFailures: undefined,
  durations: undefined,
  cache: undefined,
};

async function isProjectRoot(folder: string): Promise<boolean> {
  if (await isFile(join(folder, PROJECT_FILE))) return true;
  return (await isFolder(join(folder, 'specs'))) && isFolder(join(folder, 'guests', 'programs'));
}

const isFile = async (path: string): Promise<boolean> => (await kindOfPath(path)) === 'file';
const isFolder = async (path: string): Promise<boolean> => (await kindOfPath(path)) === 'folder';
