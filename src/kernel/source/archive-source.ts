import { basename } from 'node:path';
import { UsageError } from '../../errors.ts';
import type { Digest } from '../../store/digest.ts';
import { isAddress } from '../definition/kernel-file.ts';
import type { SourceReference } from '../definition/source-reference.ts';
import { identifyArchive, openArchive } from './archive-tree.ts';
import { download } from './download.ts';
import type { KernelSource } from './source.ts';

type ArchiveReference = Extract<SourceReference, { readonly kind: 'archive' }>;

/** The source tree in an archive: on this machine, or at an address, with the digest that it must have. */
export async function findArchiveSource({ archive, sha256 }: ArchiveReference): Promise<KernelSource> {
  if (isAddress(archive))
    return sourceOf(archive, sha256 as Digest, (...on) => download(archive, sha256 ?? '', ...on));
  const digest = await identifyArchive(archive, 'Correct its path in the kernel file.');
  if (sha256 !== undefined && digest !== sha256)
    throw new UsageError(
      `The archive ${archive} is not the one that the kernel file means: its SHA-256 is ${digest}.`,
      {
        code: 'KERNEL_ARCHIVE_WRONG',
        hint: `The kernel file says ${sha256}. Correct one of the two.`,
      },
    );
  return sourceOf(archive, digest, async () => archive);
}

function sourceOf(
  archive: string,
  digest: Digest,
  fetch: Parameters<typeof openArchive>[0]['fetch'],
): KernelSource {
  const name = basename(archive).replace(/\.tar(?:\.\w+)?$|\.t[gx]z$/u, '');
  return {
    identity: digest,
    family: `${name.replaceAll(/[^\w.-]/gu, '_')}-${digest.slice(0, 8)}`,
    open: (signal, onStep) => openArchive({ digest, label: archive, fetch }, signal, onStep),
  };
}
