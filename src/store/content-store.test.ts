import { copyFile, mkdir, open, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { z } from 'zod';
import { InfraError } from '../errors.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { findOrCreate, findStored, removeStored, type ContentStore } from './content-store.ts';
import { digestOf } from './digest.ts';
import { checkSeal, SEAL } from './entry-seal.ts';

interface Thing {
  readonly number: number;
}

const store: ContentStore<Thing> = { name: 'things', manifest: z.strictObject({ number: z.number() }) };
const KEY = digestOf('thing');

async function createCache() {
  const folder = await createTemporaryFolder('kgate-store');
  process.env['KGATE_CACHE'] = folder.path;
  let made = 0;
  const find = (kind = store) =>
    findOrCreate(kind, KEY, async (entry) => {
      made += 1;
      await mkdir(join(entry, 'deep'));
      await writeFile(join(entry, 'big'), Buffer.alloc(300 * 1024, 'x'));
      await writeFile(join(entry, 'deep/small'), 'small');
      return { number: 123_456 };
    });
  return {
    path: folder.path,
    find,
    made: () => made,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

async function flipByte(path: string): Promise<void> {
  await using file = await open(path, 'r+');
  const { size } = await file.stat();
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.floor(size / 2));
  buffer[0]! ^= 0x01;
  await file.write(buffer, 0, 1, Math.floor(size / 2));
}

for (const file of ['big', 'deep/small', 'entry.json', SEAL]) {
  test.serial(`one flipped byte in ${file} is noticed, and the entry is made again`, async (t) => {
    await using cache = await createCache();
    const { folder } = await cache.find();
    t.true((await cache.find()).cached);
    await flipByte(join(folder, file));
    const damaged: string[] = [];
    t.is(await findStored(store, KEY, { onDamaged: (path) => damaged.push(path) }), undefined);
    t.deepEqual(damaged, [join(folder, file)]);
    t.false((await cache.find()).cached);
    t.true((await cache.find()).cached);
    t.is(cache.made(), 2);
  });
}

test.serial(
  'a byte that changes without a trace in the timestamps is noticed when everything is read',
  async (t) => {
    await using cache = await createCache();
    const { folder } = await cache.find();
    // A list made from the damaged file simulates a disk that returns other bytes than were written.
    const seal = await readFile(join(folder, SEAL), 'utf8');
    const forged = JSON.parse(seal) as { files: Record<string, { digest: string }> };
    forged.files['big']!.digest = '0'.repeat(64);
    await writeFile(join(folder, SEAL), JSON.stringify({ ...forged, sum: digestOf(forged.files) }));
    t.deepEqual(await checkSeal(folder), { kind: 'intact' });
    t.deepEqual(await checkSeal(folder, { everything: true }), { kind: 'damaged', file: 'big' });
  },
);

test.serial('a missing file is noticed', async (t) => {
  await using cache = await createCache();
  const { folder } = await cache.find();
  await rm(join(folder, 'deep'), { recursive: true });
  t.false((await cache.find()).cached);
});

test.serial('a file replaced by a copy of itself is read again, and believed', async (t) => {
  await using cache = await createCache();
  const { folder } = await cache.find();
  await copyFile(join(folder, 'big'), join(folder, 'copy'));
  await writeFile(join(folder, 'big'), await readFile(join(folder, 'copy')));
  await utimes(join(folder, 'big'), 1, 1);
  t.true((await cache.find()).cached);
  t.is(cache.made(), 1);
});

test.serial('an entry without a list is believed, and later changes are noticed', async (t) => {
  await using cache = await createCache();
  const { folder } = await cache.find();
  await rm(join(folder, SEAL));
  t.true((await cache.find()).cached);
  await flipByte(join(folder, 'big'));
  t.false((await cache.find()).cached);
});

test.serial('two formats of a store live side by side in one cache', async (t) => {
  await using cache = await createCache();
  const newer: ContentStore<{ readonly text: string }> = {
    name: 'things',
    format: 2,
    manifest: z.strictObject({ text: z.string() }),
  };
  const findNewer = () => findOrCreate(newer, KEY, () => Promise.resolve({ text: 'new' }));
  const old = await cache.find();
  const made = await findNewer();
  t.not(made.folder, old.folder);
  t.true((await cache.find()).cached);
  t.true((await findNewer()).cached);
  t.is(cache.made(), 1);
});

test.serial('an entry is created completely or not at all, and removed the same way', async (t) => {
  await using cache = await createCache();
  const failing = findOrCreate(store, KEY, async (entry) => {
    await writeFile(join(entry, 'half'), 'half');
    throw new Error('No more.');
  });
  await t.throwsAsync(failing, { message: 'No more.' });
  t.deepEqual(await readdir(join(cache.path, 'things')), ['tmp']);
  await cache.find();
  await removeStored(store, KEY);
  t.deepEqual(await readdir(join(cache.path, 'things')), ['tmp']);
  t.deepEqual(await readdir(join(cache.path, 'things/tmp')), []);
});

const full = () => Promise.reject(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }));

test.serial('a full disk is reported, with the folder', async (t) => {
  await using cache = await createCache();
  const error = await t.throwsAsync(findOrCreate(store, KEY, full), { instanceOf: InfraError });
  t.is(error.code, 'STORE_DISK_FULL');
  t.true(error.message.includes(join(cache.path, 'things')));
});

test.serial('an entry in use updates its mark once an hour', async (t) => {
  await using cache = await createCache();
  const { folder } = await cache.find();
  await utimes(join(folder, SEAL), 1_000, 1_000);
  await cache.find();
  const used = (await stat(join(folder, SEAL))).mtimeMs;
  t.true(used > 1_000_000);
  await cache.find();
  t.is((await stat(join(folder, SEAL))).mtimeMs, used);
});
