import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import type { Digest } from './digest.ts';
import { cacheFolder } from './cache-folder.ts';
import { acquireLock, type LockOptions } from './lock.ts';

/** The file whose presence says that an entry is whole: it is written last. */
const MANIFEST = 'entry.json';

/** A stored folder and what its maker said about it. */
export interface StoredEntry<Manifest> {
  readonly folder: string;
  readonly manifest: Manifest;
  /** False when this call made it. */
  readonly cached: boolean;
}

/** A kind of content: a name for its part of the cache, and the shape of the manifest of each entry. */
export interface ContentStore<Manifest> {
  readonly name: string;
  readonly manifest: z.ZodType<Manifest>;
}

/** The stored entry of a key, or `undefined`. An entry whose manifest cannot be read counts as absent. */
export async function findStored<Manifest>(
  store: ContentStore<Manifest>,
  key: Digest,
): Promise<StoredEntry<Manifest> | undefined> {
  const folder = cacheFolder(store.name, key);
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = store.manifest.safeParse(parseJson(text));
  return parsed.success ? { folder, manifest: parsed.data, cached: true } : undefined;
}

/**
 * The stored entry of a key, made by `create` when there is none. `create` fills a temporary folder, which becomes the
 * entry by one rename: there are no half-written entries. Two callers of one key take turns, and the second finds it.
 */
export async function findOrCreate<Manifest>(
  store: ContentStore<Manifest>,
  key: Digest,
  create: (folder: string) => Promise<Manifest>,
  lock: LockOptions = {},
): Promise<StoredEntry<Manifest>> {
  const before = await findStored(store, key);
  if (before !== undefined) return before;
  await using _lock = await acquireLock(cacheFolder(store.name, key), lock);
  const meanwhile = await findStored(store, key);
  if (meanwhile !== undefined) return meanwhile;
  await using temporary = await createTemporaryFolder('new', cacheFolder(store.name, 'tmp'));
  const made = join(temporary.path, 'entry');
  await mkdir(made);
  const manifest = await create(made);
  await writeFile(join(made, MANIFEST), JSON.stringify(manifest, undefined, 2));
  const folder = cacheFolder(store.name, key);
  await rm(folder, { recursive: true, force: true });
  await rename(made, folder);
  return { folder, manifest, cached: false };
}

/** The keys of all entries of a store. */
export async function listStored(store: ContentStore<unknown>): Promise<Digest[]> {
  const names: string[] = await readdir(cacheFolder(store.name)).catch(() => []);
  return names.filter((name): name is Digest => /^[0-9a-f]{64}$/u.test(name));
}

/** Removes the entry of a key, if there is one. Whoever uses its files must be done with them. */
export async function removeStored(
  store: ContentStore<unknown>,
  key: Digest,
  lock: LockOptions = {},
): Promise<void> {
  const folder = cacheFolder(store.name, key);
  await using _lock = await acquireLock(folder, lock);
  await rm(folder, { recursive: true, force: true });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
