import { join } from 'node:path';
import { UsageError } from '../../errors.ts';
import { listKernelIds } from '../../kernel/definition/definition.ts';
import { diagnosticsError } from '../../spec/diagnostic.ts';
import { readYaml } from '../../spec/parse-yaml-file.ts';
import type { Spec } from '../../spec/spec.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { parseKnownFailures, type KnownFailure } from './known-failures.ts';
import type { Project } from '../project/project.ts';

/** The name of a project's list of known failures, beside its `specs`. */
export const KNOWN_FAILURES_FILE = 'known-failures.yaml';

/** The names to check a list of known failures against, and its place. */
export interface KnownFailuresRequest {
  readonly specs: readonly Spec[];
  /** Ids of the kernels of this run, which may lie outside the project. */
  readonly kernels: readonly string[];
  /** A file to read in place of the project's own. */
  readonly file?: string | undefined;
}

/**
 * Loads a project's list of known failures; a project without one has none. Throws one UsageError with everything
 * that is wrong with it, expired entries and those about nothing included.
 */
export async function loadKnownFailures(
  project: Project,
  { specs, kernels, file }: KnownFailuresRequest,
): Promise<readonly KnownFailure[]> {
  const path = file ?? project.knownFailures ?? join(project.root, KNOWN_FAILURES_FILE);
  if ((await kindOfPath(path)) === undefined) {
    if (file === undefined && project.knownFailures === undefined) return [];
    throw new UsageError(`There is no list of known failures at ${path}.`, {
      code: 'KNOWN_FAILURES_MISSING',
      hint: 'docs/known-failures.md says how to write one.',
    });
  }
  const ids = await Promise.all(project.kernels.map((folder) => listKernelIds(folder)));
  const subjects = { specs, kernels: [...new Set([...kernels, ...ids.flat()])] };
  const checked = parseKnownFailures(await readYaml(path), path, subjects, new Date());
  if (!checked.ok) throw diagnosticsError(checked.diagnostics, 'KNOWN_FAILURES_INVALID');
  return checked.entries;
}
