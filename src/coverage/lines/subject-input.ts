import type { AddedLine } from '../../series/patches/added-lines.ts';
import type { ArchCounts } from '../count-series.ts';
import type { CoverageSubject } from '../coverage-record.ts';
import type { UnplacedHunk } from './place-changes.ts';
import type { Removal } from './removed-lines.ts';

/** A file that the series changes, as the whole series leaves it. */
export interface ChangedFile {
  readonly path: string;
  readonly text: readonly string[];
  readonly added: ReadonlyMap<number, AddedLine>;
  /** Where it takes code out. */
  readonly removed: readonly Removal[];
}

/** A change of a series that was not found in the patched tree: a hunk, or a whole file that is missing. */
export type UnplacedChange = ({ readonly problem: 'missing' } | UnplacedHunk) & { readonly path: string };

export interface SubjectInput {
  readonly kernel: string;
  /** Names of the patches, in order. */
  readonly patches: readonly string[];
  readonly builds: CoverageSubject['builds'];
  readonly files: readonly ChangedFile[];
  /** Changes that were not found in the patched tree. */
  readonly unplaced?: readonly UnplacedChange[];
  readonly counts: readonly ArchCounts[];
  /** Keys of the cases in the order of the plan; the record names them by their index. */
  readonly caseKeys: readonly string[];
}
