import type { ArchName } from './architectures.ts';

/** Whether a spec, a case or a mutant is for an architecture. One that names none is for those of its kernel. */
export function isFor(
  { arches }: { readonly arches: readonly ArchName[] | undefined },
  arch: ArchName,
): boolean {
  return arches === undefined || arches.includes(arch);
}
