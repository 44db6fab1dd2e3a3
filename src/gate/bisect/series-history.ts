import type { ArchName } from '../../arch/architectures.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { deriveKernel } from '../../kernel/definition/derive-kernel.ts';
import type { KernelRole } from '../../kernel/definition/kernel.ts';
import type { Series } from '../../series/patches/series.ts';
import type { History } from './bisect.ts';
import { fittingFragments } from './fitting-fragments.ts';

/** The history of a series on its base: without it, with its first patch, with its first two, and so on. */
export async function seriesHistory(
  subjects: { readonly base: KernelDefinition; readonly patched: KernelDefinition },
  series: Series,
  arch: ArchName,
): Promise<History<KernelDefinition>> {
  const { base, patched } = subjects;
  const last = series.patches.length;
  const changes = series.patches.map(async ({ subject, origin }, index) => {
    const count = index + 1;
    if (count === last) return { kernel: patched, subject, origin, roles: [patched.role] };
    const fragments = await fittingFragments(subjects, series, count, arch);
    const kernel = await withPatches(base, series, count, patched.role, fragments);
    // Half a series may behave like the base, or already like the whole series.
    const roles = patched.role === base.role ? [base.role] : [patched.role, base.role];
    return { kernel, subject, origin, roles };
  });
  return {
    origin: series.origin,
    base: base.id,
    before: { kernel: base, roles: [base.role] },
    changes: await Promise.all(changes),
  };
}

/** A base with the first patches of a series. */
export function withPatches(
  base: KernelDefinition,
  { patches, title }: Series,
  count: number,
  role: KernelRole,
  fragments: readonly string[],
): Promise<KernelDefinition> {
  return deriveKernel(base, {
    id: `${base.id}-with-${count}-of-${patches.length}`,
    summary: `${base.summary}, with ${count} of ${patches.length} patches of: ${title}`,
    role,
    patches: patches.slice(0, count),
    fragments,
  });
}
