import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { z } from 'zod';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { findOrCreate, type ContentStore } from '../content-store.ts';
import { digestOf, type Digest } from '../digest.ts';
import { SEAL } from '../entry-seal.ts';
import { limitCache } from './limit-cache.ts';
import { acquireLock } from '../lock.ts';

const store: ContentStore<Record<string, never>> = { name: 'things', manifest: z.strictObject({}) };
const HOUR_MS = 60 * 60 * 1000;
const ENTRY_BYTES = 100_000;
/** Room for two entries and their metadata, but not for three. */
const LIMITS = { things: 2.5 * ENTRY_BYTES };
const NO_USER = Number.POSITIVE_INFINITY;

/** A cache with three entries, last used one, two and three hours ago. */
async function createCache() {
  const folder = await createTemporaryFolder('kgate-limit');
  process.env['KGATE_CACHE'] = folder.path;
  const keys: Digest[] = [];
  for (const hours of [1, 2, 3]) {
    const key = digestOf(hours);
    const entry = await findOrCreate(store, key, async (path) => {
      await writeFile(join(path, 'file'), Buffer.alloc(ENTRY_BYTES));
      return {};
    });
    const used = (Date.now() - hours * HOUR_MS) / 1_000;
    await utimes(join(entry.folder, SEAL), used, used);
    keys.push(key);
  }
  return {
    keys,
    left: async () =>
      (await readdir(join(folder.path, 'things'))).filter((name) => name !== 'tmp').toSorted(),
    folderOf: (key: Digest) => join(folder.path, 'things', key),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

test.serial('a part above its limit loses its least recently used entries', async (t) => {
  await using cache = await createCache();
  await limitCache(NO_USER, LIMITS);
  t.deepEqual(await cache.left(), cache.keys.slice(0, 2).toSorted());
  await limitCache(NO_USER, LIMITS);
  t.is((await cache.left()).length, 2, 'what is within the limit stays');
});

test.serial('a part without a limit keeps everything', async (t) => {
  await using cache = await createCache();
  await limitCache(NO_USER, { others: 0 });
  t.is((await cache.left()).length, 3);
});

test.serial('entries that may be in use stay, even above the limit', async (t) => {
  await using cache = await createCache();
  await limitCache(Date.now() - 2.5 * HOUR_MS, { things: 0 });
  t.deepEqual(await cache.left(), cache.keys.slice(0, 2).toSorted());
});

test.serial('locked entries stay', async (t) => {
  await using cache = await createCache();
  const [, , oldest] = cache.keys;
  await using _making = await acquireLock(cache.folderOf(oldest!));
  await limitCache(NO_USER, LIMITS);
  t.true((await cache.left()).includes(oldest!));
});
