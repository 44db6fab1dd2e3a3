import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { UsageError } from '../../errors.ts';
import { findUp } from '../../util/find-up.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { PACKAGE_ROOT } from './project.ts';
import { makeFolder } from '../../util/make-folder.ts';
import { systemReason } from '../../util/system-reason.ts';

/** CI systems that a project can be made for. */
export const CI_SYSTEMS = ['github', 'gitlab', 'slurm', 'kubernetes', 'none'] as const;

export type CiSystem = (typeof CI_SYSTEMS)[number];

export interface InitOptions {
  /** The project's root; created if missing. */
  readonly folder: string;
  readonly ci: CiSystem;
}

/** A project that was made. */
export interface InitializedProject {
  /** Files that were written or added to, relative to the project's root. */
  readonly files: readonly string[];
  /** Further things to know. */
  readonly notices: readonly string[];
}

interface NewFile {
  readonly path: string;
  readonly text: string;
}

const TEMPLATES = join(PACKAGE_ROOT, 'templates');
const PROJECT_FILES = [
  'kgate.yaml',
  'specs/discarded-pages.yaml',
  'guests/programs/example/discard.c',
] as const;
/** Where each CI system looks for its file, and the template. */
const CI_FILES: Readonly<Record<Exclude<CiSystem, 'none'>, readonly [path: string, template: string]>> = {
  github: ['.github/workflows/kgate.yml', 'github.yml'],
  gitlab: ['.gitlab-ci.yml', 'gitlab.yml'],
  slurm: ['kgate.sbatch', 'slurm.sh'],
  kubernetes: ['kgate-job.yml', 'kubernetes.yml'],
};
const IGNORED = '.kgate/';

/**
 * Makes a project that works at once: one spec, one program, a project file, a CI file. Overwrites nothing: where any
 * of its files exists it throws UsageError and writes none.
 */
export async function initProject({ folder, ci }: InitOptions): Promise<InitializedProject> {
  const root = resolve(folder);
  const nested = await isInsideRepository(root);
  const files = await Promise.all([
    ...PROJECT_FILES.map(async (path) => ({
      path,
      text: await readFile(join(TEMPLATES, 'project', path), 'utf8'),
    })),
    ...(ci === 'none' || nested ? [] : [readCiFile(ci)]),
  ]);
  await requireAbsent(root, files);
  const written = await writeAll(root, files);
  const ignored = await ignoreRuns(root);
  return {
    files: [...written, ...(ignored ? ['.gitignore'] : [])],
    notices: ci === 'none' ? [] : nested ? [NO_CI_FILE] : (await namesKgate(root)) ? [] : [NO_DEPENDENCY],
  };
}

const NO_CI_FILE =
  'No CI file was written: CI systems look for it at the top of the repository; see docs/ci.md of kgate.';
const NO_DEPENDENCY =
  'The CI file installs kgate with "npm ci": name it in package.json with "npm install --save-dev", by the address of its repository or a tarball; see docs/ci.md of kgate.';

/** Whether the project's package.json installs kgate. */
async function namesKgate(root: string): Promise<boolean> {
  const text = await readFile(join(root, 'package.json'), 'utf8').catch(() => '');
  return /"kgate"\s*:/u.test(text);
}

async function readCiFile(ci: Exclude<CiSystem, 'none'>): Promise<NewFile> {
  const [path, template] = CI_FILES[ci];
  return { path, text: await readFile(join(TEMPLATES, 'ci', template), 'utf8') };
}

/** Whether the top of the repository is somewhere above. A folder outside any repository may become one. */
async function isInsideRepository(root: string): Promise<boolean> {
  const top = await findUp(root, async (folder) => (await kindOfPath(join(folder, '.git'))) !== undefined);
  return top !== undefined && top !== root;
}

async function requireAbsent(root: string, files: readonly NewFile[]): Promise<void> {
  const kinds = await Promise.all(files.map(({ path }) => kindOfPath(join(root, path))));
  const existing = files.filter((_, index) => kinds[index] !== undefined);
  if (existing.length === 0) return;
  throw new UsageError(`There is a project already: ${existing.map(({ path }) => path).join(', ')}.`, {
    code: 'INIT_EXISTS',
    hint: 'Name another folder, or move these files away; nothing was written.',
  });
}

async function writeAll(root: string, files: readonly NewFile[]): Promise<string[]> {
  const written: string[] = [];
  try {
    for (const { path, text } of files) {
      const target = join(root, path);
      await makeFolder(dirname(target));
      // Never overwrite a file that appeared since the check.
      await writeFile(target, text, { flag: 'wx' });
      written.push(target);
    }
  } catch (cause) {
    await Promise.all(written.map((path) => rm(path, { force: true })));
    throw new UsageError(`The project could not be written: ${systemReason(cause)}.`, {
      code: 'INIT_UNWRITABLE',
      hint: 'Make sure that the folder is writable. The files written so far were removed.',
      cause,
    });
  }
  return written.map((path) => relative(root, path));
}

/** Adds the folder of runs to .gitignore; returns whether it had to. */
async function ignoreRuns(root: string): Promise<boolean> {
  const path = join(root, '.gitignore');
  const before = await readFile(path, 'utf8').catch(() => '');
  if (before.split('\n').some((line) => /^\/?\.kgate\/?$/u.test(line.trim()))) return false;
  const separator = before === '' || before.endsWith('\n') ? '' : '\n';
  await writeFile(path, `${before}${separator}${IGNORED}\n`);
  return true;
}
