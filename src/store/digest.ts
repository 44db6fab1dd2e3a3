import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A SHA-256 in hex that names content. */
export type Digest = string & { readonly brand: 'Digest' };

/** Digest of a JSON value; the order of object keys matters. */
export function digestOf(value: unknown): Digest {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex') as Digest;
}

/** Digest of bytes that are at hand. */
export function digestBytes(bytes: Uint8Array): Digest {
  return createHash('sha256').update(bytes).digest('hex') as Digest;
}

/** Digest of a file's bytes. */
export async function digestFile(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), hash);
  return hash.digest('hex') as Digest;
}

/** Digest of the names and bytes of all files below a folder. */
export async function digestFolder(folder: string): Promise<Digest> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const parts = await Promise.all(
    files.map(async (file) => [file.slice(folder.length), digestBytes(await readFile(file))]),
  );
  return digestOf(parts);
}
