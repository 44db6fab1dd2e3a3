import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { hasErrorCode } from '../util/has-error-code.ts';
import { cacheFolder } from './cache-folder.ts';
import { describeCacheTrouble } from './cache-trouble.ts';
import { digestOf, type Digest } from './digest.ts';
import { checkSeal, noteUse, sealEntry } from './entry-seal.ts';
import { acquireLock, type LockOptions } from './lock.ts';
import {
  canShare,
  offerShared,
  rejectShared,
  takeShared,
  type ShareableEntry,
  type ShareOptions,
  type Sharing,
} from './share-entry.ts';

/** The file whose presence marks an entry as complete: it is written last. */
const MANIFEST = 'entry.json';

/** A stored folder and its manifest. */
export interface StoredEntry<Manifest> {
  readonly folder: string;
  readonly manifest: Manifest;
  /** False when this call made it; true also when it came from the shared cache. */
  readonly cached: boolean;
}

/** A kind of content: a name for its part of the cache, and the shape of the manifest of each entry. */
export interface ContentStore<Manifest> {
  readonly name: string;
  readonly manifest: z.ZodType<Manifest>;
  /**
   * Raised when the manifest or the files of an entry change their form; 1 by default. Entries of different formats lie
   * side by side, so that two versions of kgate sharing a cache do not remove each other's.
   */
  readonly format?: number;
  /** False for entries with too many files to check each one cheaply; these are trusted. */
  readonly sealed?: boolean;
  /** Present where entries are worth sharing between machines. */
  readonly shared?: Sharing;
}

/** How to wait for a lock, and what to report meanwhile. */
export interface FindOptions<Manifest = never> extends LockOptions, ShareOptions {
  /** Called when an entry has changed since it was made; it is then made again. */
  readonly onDamaged?: (file: string) => void;
  /** Tries out an entry that comes from another machine, and says why it cannot be used, if so. */
  readonly tryOut?: (folder: string, manifest: Manifest) => Promise<string | undefined>;
}

/**
 * The stored entry of a key, or `undefined`. An entry with an unreadable manifest, or with a file that changed
 * since it was made, counts as absent.
 */
export async function findStored<Manifest>(
  store: ContentStore<Manifest>,
  key: Digest,
  { onDamaged }: Pick<FindOptions, 'onDamaged'> = {},
): Promise<StoredEntry<Manifest> | undefined> {
  const folder = entryFolder(store, key);
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  if (store.sealed === false) noteUse(join(folder, MANIFEST));
  else if (!(await isIntact(folder, onDamaged))) return undefined;
  const parsed = store.manifest.safeParse(parseJson(text));
  return parsed.success ? { folder, manifest: parsed.data, cached: true } : undefined;
}

/**
 * The stored entry of a key, made by `create` when there is none, neither here nor in the shared cache. `create` fills a
 * temporary folder, which becomes the entry by one rename: there are no half-written entries. Two callers of one key take
 * turns, and the second finds it.
 */
export async function findOrCreate<Manifest>(
  store: ContentStore<Manifest>,
  key: Digest,
  create: (folder: string) => Promise<Manifest>,
  options: FindOptions<Manifest> = {},
): Promise<StoredEntry<Manifest>> {
  const before = await findHere(store, key, options);
  if (before !== undefined) return before;
  await using _lock = await acquireLock(entryFolder(store, key), options);
  const meanwhile = await findStored(store, key);
  if (meanwhile !== undefined) return meanwhile;
  // Awaited here: the lock is held until the entry is in its place.
  return await inNewFolder(store, async (temporary) => {
    const folder = join(temporary, 'entry');
    const taken = await takeEntry(store, key, folder, options);
    if (taken !== undefined) return putInPlace(store, key, temporary, { manifest: taken, cached: true });
    await mkdir(folder);
    const manifest = await create(folder);
    await writeFile(join(folder, MANIFEST), JSON.stringify(manifest, undefined, 2));
    if (store.sealed !== false) await sealEntry(folder);
    const made = await putInPlace(store, key, temporary, { manifest, cached: false });
    await offerShared(shareable(store, key, options), made.folder);
    return made;
  });
}

/** The stored entry of a key: that of this machine, or else one from the shared cache. */
export async function findOrFetch<Manifest>(
  store: ContentStore<Manifest>,
  key: Digest,
  options: FindOptions<Manifest> = {},
): Promise<StoredEntry<Manifest> | undefined> {
  const before = await findHere(store, key, options);
  if (before !== undefined || !canShare(shareable(store, key, options))) return before;
  await using _lock = await acquireLock(entryFolder(store, key), options);
  const meanwhile = await findStored(store, key);
  if (meanwhile !== undefined) return meanwhile;
  return await inNewFolder(store, async (temporary) => {
    const taken = await takeEntry(store, key, join(temporary, 'entry'), options);
    if (taken === undefined) return undefined;
    return putInPlace(store, key, temporary, { manifest: taken, cached: true });
  });
}

/** The entry of this machine, which others may want, too. */
async function findHere<Manifest>(
  store: ContentStore<Manifest>,
  key: Digest,
  options: FindOptions<Manifest>,
): Promise<StoredEntry<Manifest> | undefined> {
  const found = await findStored(store, key, options);
  if (found !== undefined) await offerShared(shareable(store, key, options), found.folder);
  return found;
}

async function inNewFolder<T>(
  { name }: ContentStore<unknown>,
  use: (temporary: string) => Promise<T>,
): Promise<T> {
  return describeCacheTrouble(cacheFolder(name), async () => {
    await using temporary = await createTemporaryFolder('new', cacheFolder(name, 'tmp'));
    return await use(temporary.path);
  });
}

/** Makes `entry` of a temporary folder the entry of a key. */
async function putInPlace<Manifest>(
  store: ContentStore<Manifest>,
  key: Digest,
  temporary: string,
  entry: { readonly manifest: Manifest; readonly cached: boolean },
): Promise<StoredEntry<Manifest>> {
  const folder = entryFolder(store, key);
  await takeAway(folder, temporary);
  await rename(join(temporary, 'entry'), folder);
  return { folder, ...entry };
}

function shareable<Manifest>(
  { name, format = 1, shared }: ContentStore<Manifest>,
  key: Digest,
  options: FindOptions<Manifest>,
): ShareableEntry {
  return { ...options, store: name, format, key, sharing: shared };
}

/** Fetches a sealed entry from another machine, and returns its manifest. */
async function takeEntry<Manifest>(
  store: ContentStore<Manifest>,
  key: Digest,
  folder: string,
  options: FindOptions<Manifest>,
): Promise<Manifest | undefined> {
  const entry = shareable(store, key, options);
  const digests = await takeShared(entry, folder);
  if (digests === undefined) return undefined;
  await sealEntry(folder, digests);
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => '');
  const parsed = store.manifest.safeParse(parseJson(text));
  const problem = parsed.success
    ? await options.tryOut?.(folder, parsed.data)
    : `its ${MANIFEST} is not that of such an entry`;
  if (parsed.success && problem === undefined) return parsed.data;
  await rm(folder, { recursive: true });
  await rejectShared(entry, problem ?? '');
  return undefined;
}

/** The keys of all entries of a store that has only ever had one format. */
export async function listStored(store: ContentStore<unknown>): Promise<Digest[]> {
  const names: string[] = await readdir(cacheFolder(store.name)).catch(() => []);
  return names.filter((name): name is Digest => /^[0-9a-f]{64}$/u.test(name));
}

/** Removes the entry of a key, if there is one. Its files must no longer be in use. */
export async function removeStored(
  store: ContentStore<unknown>,
  key: Digest,
  lock: LockOptions = {},
): Promise<void> {
  const folder = entryFolder(store, key);
  await using _lock = await acquireLock(folder, lock);
  await using temporary = await createTemporaryFolder('old', cacheFolder(store.name, 'tmp'));
  await takeAway(folder, temporary.path);
}

function entryFolder({ name, format = 1 }: ContentStore<unknown>, key: Digest): string {
  return cacheFolder(name, format === 1 ? key : digestOf([format, key]));
}

/** An entry exists or not; it is never half removed. The content of `temporary` is removed with it. */
async function takeAway(folder: string, temporary: string): Promise<void> {
  try {
    await rename(folder, join(temporary, 'away'));
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  }
}

async function isIntact(folder: string, onDamaged: FindOptions['onDamaged']): Promise<boolean> {
  const check = await checkSeal(folder);
  if (check.kind === 'damaged') onDamaged?.(join(folder, check.file));
  // Made by an older kgate: changes are noticed from here. On a read-only disk it is trusted.
  if (check.kind === 'unsealed') await sealEntry(folder).catch(() => {});
  return check.kind !== 'damaged';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
