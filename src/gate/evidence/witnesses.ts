import { ARCH_NAMES, type ArchName } from '../../arch/architectures.ts';
import type { CoverageRecord, CoverageSubject } from '../../coverage/coverage-record.ts';

/** A case that executed a line no earlier case had executed. */
export interface Witness {
  readonly spec: string;
  readonly case: string;
  readonly arch: ArchName;
}

/**
 * For each changed line, on each architecture, the first case that ran it. These few cases cover every changed line
 * that the whole suite covers.
 */
export function findWitnesses(
  { files }: CoverageSubject,
  cases: CoverageRecord['cases'],
): readonly Witness[] {
  const found = new Map<string, Witness>();
  const lines = files.flatMap(({ hunks, removed = [] }) => [
    ...hunks.flatMap((hunk) => hunk.lines),
    ...removed,
  ]);
  for (const { arches } of lines)
    for (const arch of ARCH_NAMES) {
      const first = arches[arch]?.first;
      const witness = first === undefined ? undefined : cases[first];
      if (witness !== undefined) found.set(`${arch} ${first}`, { ...witness, arch });
    }
  return [...found.values()];
}
