import { createHash } from 'node:crypto';
import type { Series } from '../series/patches/series.ts';
import { bytesOfText } from '../util/byte-text.ts';

/**
 * The hash by which KCIDB knows a set of patches, in order: what `sha256sum *.patch | cut -c-64 | sha256sum | cut -c-64`
 * prints for the files that kgate applies.
 */
export function patchsetHash(patches: Series['patches']): string {
  const lines = patches.map(({ text }) => `${sha256(bytesOfText(text))}\n`);
  return sha256(lines.join(''));
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
