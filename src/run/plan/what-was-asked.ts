import { join } from 'node:path';
import { listKernelIds, type KernelDefinition } from '../../kernel/definition/definition.ts';
import type { Asked } from '../record/record.ts';
import type { Project } from '../project/project.ts';

/**
 * What has to be said again to run a case on the same kernels: the files of those that the project does not find by
 * their ids, and these options of `kgate run`. Undefined where the ids say it all.
 */
export async function whatWasAsked(
  project: Project,
  kernels: readonly KernelDefinition[],
  options: readonly string[],
): Promise<Asked | undefined> {
  const kernelFiles: Record<string, string> = {};
  for (const { id, file } of kernels) if ((await fileOfId(project, id)) !== file) kernelFiles[id] = file;
  const byId = Object.keys(kernelFiles).length === 0;
  if (byId && options.length === 0) return undefined;
  return { ...(byId ? {} : { kernelFiles }), options: [...options] };
}

async function fileOfId({ kernels: folders }: Project, id: string): Promise<string | undefined> {
  for (const folder of folders)
    if ((await listKernelIds(folder)).includes(id)) return join(folder, `${id}.yaml`);
  return undefined;
}
