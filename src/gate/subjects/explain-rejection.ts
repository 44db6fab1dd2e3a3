import { BuildError } from '../../errors.ts';
import {
  kernelCandidates,
  revisionCandidates,
  withNearestBase,
} from '../../kernel/patches/applicable-bases.ts';
import { loadAllKernels } from '../../run/project/load-kernels.ts';
import type { Project } from '../../run/project/project.ts';
import type { Series } from '../../series/patches/series.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/**
 * If a series does not apply, says where the patch came from, and which known kernels or commits of a tree it does
 * apply to. Other errors are returned unchanged.
 */
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
  return withNearestBase(withOrigin(error, series), series.patches, candidates, signal);
}

/** Where derive-kernel.ts stores the patches of a series; users know them by other names. */
const STORED = /\S+\/series\/[0-9a-f]{64}\/patches\/(\d{4})-[^\s:]+\.patch/gu;

/** Replaces the names of stored patches with those that users know. */
export function withOrigin(error: unknown, { patches }: Series): unknown {
  if (!(error instanceof BuildError)) return error;
  const patchOf = (position: string) => patches[Number(position) - 1];
  const named = error.message.replaceAll(STORED, (stored, position: string) => {
    const patch = patchOf(position);
    return patch === undefined ? stored : `${patch.name} (${patch.origin})`;
  });
  const detail = error.detail?.replaceAll(
    STORED,
    (stored, position: string) => patchOf(position)?.name ?? stored,
  );
  const { code, hint, cause } = error;
  return new BuildError(named, {
    code,
    cause,
    ...withoutUndefined({ hint, detail }),
  });
}
