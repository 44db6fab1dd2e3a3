import type { ArchName } from './architectures.ts';

/** Something for each of some architectures. */
export type ByArch<T> = Readonly<Partial<Record<ArchName, T>>>;

/** Makes something for each of some architectures. */
export function byArch<T>(arches: readonly ArchName[], make: (arch: ArchName) => T): ByArch<T> {
  return Object.fromEntries(arches.map((arch) => [arch, make(arch)]));
}
