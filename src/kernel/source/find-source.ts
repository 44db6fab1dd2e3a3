import { unreachable } from '../../util/unreachable.ts';
import type { SourceReference } from '../definition/source-reference.ts';
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
    default:
      return unreachable(reference);
  }
}
