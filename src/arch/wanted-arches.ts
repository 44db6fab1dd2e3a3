import { ARCH_NAMES, architectures, type ArchName } from './architectures.ts';

/** The architectures that are booted by default. */
export const DEFAULT_ARCHES = ARCH_NAMES.filter((name) => architectures[name].byDefault) as [
  ArchName,
  ...ArchName[],
];

/**
 * The wanted ones among the supported architectures: those that were asked for, in that order; if none were, the
 * defaults, or all if none of the defaults is supported.
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
