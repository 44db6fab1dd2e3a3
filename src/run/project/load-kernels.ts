import { UsageError } from '../../errors.ts';
import {
  listKernelIds,
  loadKernelDefinition,
  type KernelDefinition,
} from '../../kernel/definition/definition.ts';
import { isKernelPath } from '../../kernel/definition/is-kernel-path.ts';
import { suggest } from '../../util/closest.ts';
import type { Project } from './project.ts';

/**
 * Loads kernels by id or by the path of a kernel file. Without references, loads those that the project file names,
 * else every kernel of role "patched" in the project's own folder of kernels.
 */
export async function loadKernels(
  project: Project,
  references: readonly string[],
): Promise<readonly KernelDefinition[]> {
  const wanted = references.length > 0 ? references : (project.defaultKernels ?? []);
  if (wanted.length > 0)
    return Promise.all([...new Set(wanted)].map((reference) => loadKernel(project, reference)));
  const patched = (await loadAllKernels(project)).filter(
    ({ role, source }) => role === 'patched' && source.kind !== 'given',
  );
  if (patched.length > 0) return patched;
  throw new UsageError(`There is no kernel of role "patched" in ${project.kernels.join(' or ')}.`, {
    code: 'KERNEL_NONE_PATCHED',
    hint: 'Name the kernels to run on with --kernel.',
  });
}

/** Loads every kernel file of the first folder that has any. */
export async function loadAllKernels(project: Project): Promise<readonly KernelDefinition[]> {
  for (const folder of project.kernels) {
    const ids = await listKernelIds(folder);
    if (ids.length > 0) return Promise.all(ids.map((id) => loadKernelDefinition(id, folder)));
  }
  return [];
}

/** Loads every kernel file of every folder, the project's own first; an earlier folder's file hides later ones. */
export async function listAllKernels(project: Project): Promise<readonly KernelDefinition[]> {
  const all = new Map<string, KernelDefinition>();
  for (const folder of project.kernels)
    for (const id of await listKernelIds(folder))
      if (!all.has(id)) all.set(id, await loadKernelDefinition(id, folder));
  return [...all.values()];
}

async function loadKernel(project: Project, reference: string): Promise<KernelDefinition> {
  const known: string[] = [];
  for (const folder of project.kernels) {
    const ids = await listKernelIds(folder);
    // A path names its file without any folder of kernels.
    if (isKernelPath(reference) || ids.includes(reference)) return loadKernelDefinition(reference, folder);
    known.push(...ids);
  }
  throw new UsageError(`There is no kernel "${reference}".${suggest(reference, known)}`, {
    code: 'KERNEL_UNKNOWN',
    hint: 'Give the id of a kernel, or the path of a kernel file; "kgate list" shows the ids.',
  });
}
