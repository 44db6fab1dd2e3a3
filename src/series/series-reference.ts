import { resolve } from 'node:path';
import { kindOfPath } from '../util/kind-of-path.ts';
import { seriesError } from './patches/series-error.ts';
import { parseAddress } from './reading/series-address.ts';

/** Where to read a series. */
export type SeriesReference =
  /** A file or folder. */
  | { readonly kind: 'path'; readonly path: string }
  /** A range of commits of a local git tree. */
  | { readonly kind: 'range'; readonly tree: string; readonly range: string }
  /** The output of another program. */
  | { readonly kind: 'input'; readonly bytes: AsyncIterable<Uint8Array> }
  /** The message id of any mail of its thread, which b4 fetches. */
  | { readonly kind: 'message'; readonly id: string };

/** Resolves the name of a series on a command line: a path, `-`, a message id or the address of a mail. */
export async function referTo(
  name: string,
  { cwd, input }: { readonly cwd: string; readonly input: AsyncIterable<Uint8Array> },
): Promise<SeriesReference> {
  if (['-', '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0'].includes(name))
    return { kind: 'input', bytes: input };
  const path = resolve(cwd, name);
  const address = (await kindOfPath(path)) === undefined ? parseAddress(name) : undefined;
  if (address === undefined) return { kind: 'path', path };
  if (address.kind === 'message') return address;
  throw seriesError('SERIES_ADDRESS', `${address.address} is ${address.what}.`, address.hint);
}

/** The folder that a reference names, if it does. */
export async function folderOf(reference: SeriesReference): Promise<string | undefined> {
  if (reference.kind !== 'path') return undefined;
  return (await kindOfPath(reference.path)) === 'folder' ? reference.path : undefined;
}
