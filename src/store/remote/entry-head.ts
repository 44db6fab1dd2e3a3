import { normalize } from 'node:path';
import { z } from 'zod';
import { damagedEntry } from './server-trouble.ts';

/** Digests of an entry's files by their paths below its folder. */
export type FileDigests = ReadonlyMap<string, string>;

const FORMAT = 1;
/** No entry is larger: a small blob must not fill a disk. */
const MOST_BYTES = 16 * 2 ** 30;

const headSchema = z.strictObject({
  format: z.literal(FORMAT),
  /** The entry that this was made for. */
  name: z.string(),
  files: z.array(
    z.strictObject({ path: z.string().min(1), bytes: z.int().nonnegative(), digest: z.string() }),
  ),
});

type Head = z.infer<typeof headSchema>;
/** One file of an entry. */
export type HeadFile = Head['files'][number];

/** The line in front of an entry's bytes: its name, and its files in the order of their bytes. */
export function encodeHead(name: string, files: readonly HeadFile[]): Buffer {
  const head: Head = { format: FORMAT, name, files: [...files] };
  return Buffer.from(`${JSON.stringify(head)}\n`);
}

/** Reads that line. Throws a ServerTrouble unless it is that of a possible entry of this name. */
export function decodeHead(text: string, name: string): HeadFile[] {
  let head: Head;
  try {
    head = headSchema.parse(JSON.parse(text));
  } catch {
    throw damagedEntry('has no list of files');
  }
  if (head.name !== name) throw damagedEntry('is that of another entry');
  const bytes = head.files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > MOST_BYTES) throw damagedEntry('is larger than any entry');
  if (!head.files.every(({ path }) => staysInside(path)))
    throw damagedEntry('has files outside of its folder');
  return head.files;
}

const staysInside = (path: string): boolean =>
  !path.startsWith('/') &&
  !path.includes('\0') &&
  normalize(path) === path &&
  !path.split('/').includes('..');
