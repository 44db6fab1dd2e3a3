import { join } from 'node:path';
import { readJsonFile, writeJsonFile } from '../kernel/tools/json-file.ts';
import type { Project } from '../run/project/project.ts';
import type { Digest } from '../store/digest.ts';
import { commitResultSchema, type CommitResult } from './commit-result.ts';

/** The folder of a project for what watching found. */
export const watchFolder = ({ root }: Pick<Project, 'root'>): string => join(root, '.kgate', 'watch');

/** Results of commits below a project's `.kgate`, by everything they depend on: another branch finds them, too. */
export class ResultStore {
  readonly #folder: string;

  constructor(project: Pick<Project, 'root'>) {
    this.#folder = join(watchFolder(project), 'results');
  }

  /** What is known, unless the file is missing, damaged or of another format. */
  load(key: Digest): Promise<CommitResult | undefined> {
    return readJsonFile(this.#pathOf(key), commitResultSchema);
  }

  async save(key: Digest, result: CommitResult): Promise<void> {
    await writeJsonFile(this.#pathOf(key), result);
  }

  #pathOf(key: Digest): string {
    return join(this.#folder, `${key}.json`);
  }
}
