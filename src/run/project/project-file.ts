import { join, resolve } from 'node:path';
import { z } from 'zod';
import { diagnosticsError, type Diagnostic } from '../../spec/diagnostic.ts';
import { checkYaml, readYaml } from '../../spec/parse-yaml-file.ts';
import type { CacheSettings } from '../../store/remote/cache-server.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { isKernelPath } from '../../kernel/definition/is-kernel-path.ts';

/** The name of the file that marks a project's root. */
export const PROJECT_FILE = 'kgate.yaml';

const path = z.string().min(1);

/** The format of kgate.yaml; docs/project.md explains each key. */
export const projectFileSchema = z.strictObject({
  specs: path.optional(),
  programs: path.optional(),
  libraries: path.optional(),
  kernels: path.optional(),
  'default-kernels': z.array(path).min(1).optional(),
  'known-failures': path.optional(),
  durations: path.optional(),
  cache: z.strictObject({ url: path, 'read-only': z.boolean().default(false) }).optional(),
});

type ProjectFile = z.infer<typeof projectFileSchema>;

/** The content of a project file, with absolute paths. */
export interface ProjectSettings {
  readonly specs: string | undefined;
  readonly programs: string | undefined;
  readonly libraries: string | undefined;
  readonly kernels: string | undefined;
  readonly defaultKernels: readonly string[] | undefined;
  readonly knownFailures: string | undefined;
  readonly durations: string | undefined;
  /** The server that machines share results through, as it is written. May hold a password. */
  readonly cache: CacheSettings | undefined;
}

/** Keys whose path must exist, and what it must lead to. */
const PATHS = {
  specs: 'folder',
  programs: 'folder',
  libraries: 'folder',
  kernels: 'folder',
  'known-failures': 'file',
  durations: 'file',
} as const;

/** Reads the project file of a folder. Throws one UsageError with everything that is wrong with it. */
export async function loadProjectFile(root: string): Promise<ProjectSettings> {
  const file = join(root, PROJECT_FILE);
  const checked = checkYaml(await readYaml(file), file, projectFileSchema);
  if (!checked.ok) throw diagnosticsError(checked.diagnostics, 'PROJECT_FILE_INVALID');
  const problems = await checkPaths(checked.value, root, (key, message) =>
    checked.source.diagnoseValue([key], message),
  );
  if (problems.length > 0) throw diagnosticsError(problems, 'PROJECT_FILE_INVALID');
  const { specs, programs, libraries, kernels, cache, 'default-kernels': defaultKernels } = checked.value;
  const absolute = (given: string | undefined) => (given === undefined ? undefined : resolve(root, given));
  return {
    specs: absolute(specs),
    programs: absolute(programs),
    libraries: absolute(libraries),
    kernels: absolute(kernels),
    // An id is not a path; "./x.yaml" is, and means a file of the project no matter where kgate was started.
    defaultKernels: defaultKernels?.map((one) => (isKernelPath(one) ? resolve(root, one) : one)),
    knownFailures: absolute(checked.value['known-failures']),
    durations: absolute(checked.value.durations),
    cache: cache && { url: cache.url, isReadOnly: cache['read-only'] },
  };
}

async function checkPaths(
  file: ProjectFile,
  root: string,
  diagnose: (key: keyof typeof PATHS, message: string) => Diagnostic,
): Promise<Diagnostic[]> {
  const found = await Promise.all(
    (['specs', 'programs', 'libraries', 'kernels', 'known-failures', 'durations'] as const).map(
      async (key) => {
        const given = file[key];
        if (given === undefined || (await kindOfPath(resolve(root, given))) === PATHS[key]) return [];
        return [diagnose(key, `There is no ${PATHS[key]} ${given}. The path is relative to this file.`)];
      },
    ),
  );
  return found.flat();
}
