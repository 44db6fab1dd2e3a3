import type { ArchName } from './architectures.ts';

/** Whether a spec, a case or a mutant is for an architecture. One that names none is for whatever its kernel is for. */
export function isFor(
  { arches }: { readonly arches: readonly ArchName[] | undefined },
  arch: ArchName,
): boolean {
  return arches === undefined || arches.includes(arch);
}
