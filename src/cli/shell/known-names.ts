import { readdir } from 'node:fs/promises';
import { loadAllKernels } from '../../run/project/load-kernels.ts';
import { loadSuite } from '../../run/project/load-suite.ts';
import { findProject, type Project } from '../../run/project/project.ts';
import type { Candidate, KnownNames } from './complete-words.ts';

/** The names in a folder's project. None if the project is broken: a shell wants no error. */
export function namesOfProject(cwd: string): KnownNames {
  const project = findProject(cwd);
  const ask =
    (list: (project: Project) => Promise<readonly Candidate[]>) =>
    async (): Promise<readonly Candidate[]> => {
      try {
        return await list(await project);
      } catch {
        return [];
      }
    };
  return {
    kernels: ask(async (found) =>
      (await loadAllKernels(found)).map(({ id, summary }) => ({ word: id, meaning: summary })),
    ),
    specs: ask(async (found) =>
      (await loadSuite(found)).specs.map(({ name, summary }) => ({ word: name, meaning: summary })),
    ),
    cases: ask(async (found) =>
      (await loadSuite(found)).specs.flatMap((spec) =>
        spec.cases.map(({ name, about }) => ({ word: `${spec.name}/${name}`, meaning: about })),
      ),
    ),
    tags: ask(async (found) => {
      const { specs } = await loadSuite(found);
      const tags = new Set(specs.flatMap((spec) => spec.cases.flatMap((one) => one.tags)));
      return [...tags].toSorted((a, b) => a.localeCompare(b)).map((word) => ({ word, meaning: '' }));
    }),
    runs: ask(async ({ runs }) => (await readdir(runs)).map((word) => ({ word, meaning: '' }))),
  };
}
