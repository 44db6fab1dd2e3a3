import { kernelCandidates, revisionCandidates, withNearestBase } from '../kernel/applicable-bases.ts';
import { loadAllKernels } from '../run/load-kernels.ts';
import type { Project } from '../run/project.ts';
import type { Series } from '../series/series.ts';

/** Adds to the error of a series that does not apply which known kernels, and commits of a tree, it does apply to. */
export async function explainRejection(
  error: unknown,
  series: Series,
  {
    project,
    tree,
    signal,
  }: { readonly project: Project; readonly tree: string | undefined; readonly signal: AbortSignal },
): Promise<unknown> {
  const candidates = async () => [
    ...(await kernelCandidates(await loadAllKernels(project))),
    ...(tree === undefined ? [] : await revisionCandidates(tree, signal)),
  ];
  return withNearestBase(error, series.patches, candidates, signal);
}
