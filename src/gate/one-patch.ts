import { deriveKernel } from '../kernel/definition/derive-kernel.ts';
import type { Series } from '../series/patches/series.ts';
import { fittingFragments } from './bisect/fitting-fragments.ts';
import { withPatches } from './bisect/series-history.ts';
import type { GateSubjects } from './subjects/choose-subjects.ts';

/** One patch of a series as a series of its own: it is compared with the patches before it. */
export interface OnePatch {
  readonly series: Series;
  readonly subjects: GateSubjects;
}

/**
 * Makes of a series one of its patches, counted from 0, on top of those before it. `undefined` in the middle of a series
 * that the specs are about: there, no spec says what half of it should answer.
 */
export async function onePatch(
  subjects: GateSubjects,
  series: Series,
  index: number,
): Promise<OnePatch | undefined> {
  const { base, patched } = subjects;
  const patch = series.patches[index];
  const total = series.patches.length;
  const isLast = index === total - 1;
  if (patch === undefined || (patched.role !== base.role && !isLast)) return undefined;
  if (total === 1) return { series, subjects };
  const fragments = await fragmentsOf(subjects, series, index + 1);
  const before =
    index === 0
      ? base
      : await withPatches(base, series, index, base.role, await fragmentsOf(subjects, series, index));
  const added = fragments.filter((file) => !Object.values(before.fragments).flat().includes(file));
  const after = await deriveKernel(before, {
    id: `${base.id}-with-patch-${index + 1}-of-${total}`,
    summary: `${before.summary}, with: ${patch.subject}`,
    role: patched.role,
    patches: [patch],
    fragments: added,
  });
  return {
    series: { ...series, title: patch.subject, cover: undefined, patches: [patch] },
    subjects: { ...subjects, base: before, patched: after },
  };
}

async function fragmentsOf(
  subjects: GateSubjects,
  series: Series,
  count: number,
): Promise<readonly string[]> {
  const [arch] = subjects.base.arch;
  // They are the same for all architectures: the command line named them.
  return arch === undefined ? [] : fittingFragments(subjects, series, count, arch);
}
