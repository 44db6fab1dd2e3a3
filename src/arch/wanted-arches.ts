import { ARCH_NAMES, architectures, type ArchName } from './architectures.ts';

/** The architectures that are booted without being asked for. */
export const DEFAULT_ARCHES = ARCH_NAMES.filter((name) => architectures[name].byDefault) as [
  ArchName,
  ...ArchName[],
];

/**
 * Those of the architectures on offer that are wanted: the ones that were asked for, in that order; if none were, those
 * that are booted by default, and all on offer where none of these is.
 */
export function wantedArches(
  offered: readonly ArchName[],
  asked: readonly ArchName[] | undefined,
): readonly ArchName[] {
  const isOffered = (arch: ArchName): boolean => offered.includes(arch);
  if (asked !== undefined) return asked.filter(isOffered);
  const byDefault = DEFAULT_ARCHES.filter(isOffered);
  return byDefault.length > 0 ? byDefault : ARCH_NAMES.filter(isOffered);
}
