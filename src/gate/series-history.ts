import type { KernelDefinition } from '../kernel/definition.ts';
import { deriveKernel } from '../kernel/derive-kernel.ts';
import type { KernelRole } from '../kernel/kernel.ts';
import type { Series } from '../series/series.ts';
import type { History } from './bisect.ts';

/** The history of a series on a base: without it, with its first patch, with its first two, and so on. */
export async function seriesHistory(
  base: KernelDefinition,
  series: Series,
  /** What the specs expect of the base with the whole series. */
  role: KernelRole,
): Promise<History<KernelDefinition>> {
  const last = series.patches.length;
  const changes = series.patches.map(async ({ subject, origin }, index) => ({
    kernel: await withPatches(base, series, index + 1, role),
    subject,
    origin,
    // Half a series may answer as the base does, or already as the whole will.
    roles: index + 1 === last || role === base.role ? [role] : [role, base.role],
  }));
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
  fragments: readonly string[] = [],
): Promise<KernelDefinition> {
  return deriveKernel(base, {
    id: `${base.id}-with-${count}-of-${patches.length}`,
    summary: `${base.summary}, with ${count} of ${patches.length} patches of: ${title}`,
    role,
    patches: patches.slice(0, count),
    fragments,
  });
}
