import { join } from 'node:path';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { diagnosticsError } from '../../spec/diagnostic.ts';
import { readYaml } from '../../spec/parse-yaml-file.ts';
import { parseAllowList, type AllowedSplat } from './allow-list.ts';

/** The name of a project's allow-list, beside its `specs`. */
export const ALLOW_LIST_FILE = 'allowed-splats.yaml';

/** Loads a project's allow-list; a project without one allows nothing. */
export async function loadProjectAllowList(root: string): Promise<readonly AllowedSplat[]> {
  const file = join(root, ALLOW_LIST_FILE);
  return (await kindOfPath(file)) === undefined ? [] : loadAllowList(file);
}

/** Loads an allow-list. Throws one UsageError with everything that is wrong with it, expired entries included. */
export async function loadAllowList(file: string): Promise<readonly AllowedSplat[]> {
  const checked = parseAllowList(await readYaml(file), file, new Date());
  if (!checked.ok) throw diagnosticsError(checked.diagnostics, 'ALLOW_LIST_INVALID');
  return checked.entries;
}
