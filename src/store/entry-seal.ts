import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, utimesSync, type BigIntStats } from 'node:fs';
import { join, relative } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { digestFile, digestOf } from './digest.ts';

/** The file that lists an entry's files. Its own modification time tells when the entry was last used. */
export const SEAL = 'files.json';

const FORMAT = 1;

const fileSchema = z.strictObject({
  digest: z.string(),
  /** Size, inode and times of the file when it last had that digest. */
  stamp: z.string(),
});
const sealSchema = z.strictObject({
  format: z.literal(FORMAT),
  files: z.record(z.string(), fileSchema),
  /** Digest of the above: the list may be damaged as well. */
  sum: z.string(),
});

type SealedFiles = z.infer<typeof sealSchema>['files'];

/** Whether an entry is unchanged since it was made. */
export type SealCheck =
  | { readonly kind: 'intact' }
  /** An entry of a kgate that wrote no lists. */
  | { readonly kind: 'unsealed' }
  | { readonly kind: 'damaged'; readonly file: string };

/** Smaller files are read at once. */
const SMALL_BYTES = 256 * 1024;
/** How often an entry in constant use updates its mark. */
export const USED_AGAIN_MS = 60 * 60 * 1000;

/**
 * Lists the files of an entry with their digests, so that any later change of a byte can be noticed. Files whose digests
 * are known already are not read.
 */
export async function sealEntry(folder: string, known?: ReadonlyMap<string, string>): Promise<void> {
  const files: SealedFiles = {};
  for (const file of listFiles(folder)) {
    const path = join(folder, file);
    const stamp = stampOf(statSync(path, { bigint: true }));
    files[file] = { digest: known?.get(file) ?? (await digestAnyFile(path)), stamp };
  }
  await writeSeal(folder, files);
}

/** The digests of an entry's files by their paths, as they are listed; `undefined` without an intact list. */
export function readDigests(folder: string): ReadonlyMap<string, string> | undefined {
  const seal = readSeal(folder);
  if (typeof seal === 'string') return undefined;
  return new Map(Object.entries(seal).map(([file, { digest }]) => [file, digest]));
}

/**
 * Compares an entry with its list. A file is read only when its size, inode or times have changed: that
 * takes microseconds per file, and notices any write through the file system. A disk that returns other bytes than
 * were written is only noticed with `everything`, which reads all files.
 */
export async function checkSeal(folder: string, { everything = false } = {}): Promise<SealCheck> {
  const seal = readSeal(folder);
  if (seal === 'missing') return { kind: 'unsealed' };
  if (seal === 'damaged') return { kind: 'damaged', file: SEAL };
  const restamped: SealedFiles = {};
  for (const [file, { digest, stamp }] of Object.entries(seal)) {
    const path = join(folder, file);
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (found === undefined) return { kind: 'damaged', file };
    const now = stampOf(found);
    if (now === stamp && !everything) continue;
    if ((await digestAnyFile(path)) !== digest) return { kind: 'damaged', file };
    restamped[file] = { digest, stamp: now };
  }
  // A cache on a read-only disk is read again each time.
  if (Object.keys(restamped).length > 0) await writeSeal(folder, { ...seal, ...restamped }).catch(() => {});
  else noteUse(join(folder, SEAL));
  return { kind: 'intact' };
}

/** Sets the times of the file that records when its entry was last used. */
export function noteUse(path: string): void {
  try {
    const now = Date.now();
    if (Math.abs(now - statSync(path).mtimeMs) > USED_AGAIN_MS) utimesSync(path, now / 1_000, now / 1_000);
  } catch {
    // A read-only cache is not pruned either.
  }
}

async function writeSeal(folder: string, files: SealedFiles): Promise<void> {
  await writeFileAtomic(join(folder, SEAL), JSON.stringify({ format: FORMAT, files, sum: digestOf(files) }));
}

function readSeal(folder: string): SealedFiles | 'missing' | 'damaged' {
  let text: string;
  try {
    text = readFileSync(join(folder, SEAL), 'utf8');
  } catch {
    return 'missing';
  }
  try {
    const seal = sealSchema.parse(JSON.parse(text));
    return digestOf(seal.files) === seal.sum ? seal.files : 'damaged';
  } catch {
    return 'damaged';
  }
}

// Synchronous: for the hundreds of headers of a kernel that is several times faster than promises.
function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((file) => file !== SEAL)
    .toSorted();
}

const stampOf = ({ size, ino, mtimeNs, ctimeNs }: BigIntStats): string =>
  [size, ino, mtimeNs, ctimeNs].join(':');

async function digestAnyFile(path: string): Promise<string> {
  if (statSync(path).size > SMALL_BYTES) return digestFile(path);
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
