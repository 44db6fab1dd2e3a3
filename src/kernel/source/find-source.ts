import { UsageError } from '../../errors.ts';
import { unreachable } from '../../util/unreachable.ts';
import type { SourceReference } from '../definition/source-reference.ts';
import { findArchiveSource } from './archive-source.ts';
import { readLocalSource } from './local-source.ts';
import { findPackageSource } from './package-source.ts';
import { readRevisionSource } from './revision-source.ts';
import type { KernelSource } from './source.ts';

/** The source that a kernel file names. */
export function findSource(
  reference: SourceReference,
  signal: AbortSignal | undefined,
): Promise<KernelSource> {
  switch (reference.kind) {
    case 'package':
      return findPackageSource(reference.package);
    case 'tree':
      return readLocalSource(reference.folder, signal);
    case 'revision':
      return readRevisionSource(reference.folder, reference.revision, signal);
    case 'archive':
      return findArchiveSource(reference);
    case 'given':
      throw new UsageError('This kernel file names no source: it is for a tree that you name.', {
        code: 'KERNEL_SOURCE_NOT_GIVEN',
        hint: 'Add --tree FOLDER, or name another kernel; "kgate list" shows them.',
      });
    default:
      return unreachable(reference);
  }
}
