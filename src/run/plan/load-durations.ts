import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UsageError } from '../../errors.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { systemReason } from '../../util/system-reason.ts';
import type { Project } from '../project/project.ts';
import { DURATIONS_VERSION, durationsSchema, type Durations } from './durations.ts';

/** The name of a project's file of durations, in its root. */
export const DURATIONS_FILE = 'durations.json';

/** The durations of a project's cases; `undefined` if it has none. */
export async function loadProjectDurations(project: Project): Promise<Durations | undefined> {
  const path = project.durations ?? join(project.root, DURATIONS_FILE);
  const isThere = project.durations !== undefined || (await kindOfPath(path)) === 'file';
  return isThere ? loadDurations(path) : undefined;
}

/** Whether a path is that of a file of durations, there or not; records of runs are `run.json`. */
export const isDurationsFile = (path: string): boolean =>
  path.endsWith('.json') && basename(path) !== 'run.json';

/** Reads a file that `kgate report --format durations` wrote. */
export async function loadDurations(path: string): Promise<Durations> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw invalid(`The durations ${displayPath(path)} cannot be read: ${systemReason(cause)}.`, cause);
  }
  try {
    return durationsSchema.parse(JSON.parse(text)).ms;
  } catch (cause) {
    throw invalid(
      `${displayPath(path)} does not hold durations of version ${DURATIONS_VERSION}: JSON with "version" and "ms", the milliseconds of each case.`,
      cause,
    );
  }
}

function invalid(message: string, cause: unknown): UsageError {
  return new UsageError(message, {
    code: 'RUN_DURATIONS_INVALID',
    hint: 'Write the file anew: kgate report RUN --format durations --output durations.json.',
    cause,
  });
}
