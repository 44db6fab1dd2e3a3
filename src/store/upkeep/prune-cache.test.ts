import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat, lutimes, mkdir, readdir, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { z } from 'zod';
import { ownName } from '../../process/owner.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { findOrCreate, type ContentStore } from '../content-store.ts';
import { lastUsed } from './cache-item.ts';
import { enterCache, keepCache, unusedBefore } from './cache-users.ts';
import { digestOf, type Digest } from '../digest.ts';
import { SEAL } from '../entry-seal.ts';
import { acquireLock } from '../lock.ts';
import { pruneCache } from './prune-cache.ts';

const store: ContentStore<Record<string, never>> = { name: 'things', manifest: z.strictObject({}) };
const [OLD, NEW]: readonly [Digest, Digest] = [digestOf('old'), digestOf('new')];
const HOUR_MS = 60 * 60 * 1000;
const WEEK = { olderThanMs: 7 * 24 * HOUR_MS, dryRun: false };
const NOW = { olderThanMs: 0, dryRun: false };

const make = (key: Digest) =>
  findOrCreate(store, key, async (entry) => {
    await writeFile(join(entry, 'file'), Buffer.alloc(100_000));
    return {};
  });

/** A cache with an entry and a lineage unused for a month, and a new entry. */
async function createCache() {
  const folder = await createTemporaryFolder('kgate-prune');
  process.env['KGATE_CACHE'] = folder.path;
  const month = (Date.now() - 30 * 24 * HOUR_MS) / 1_000;
  const age = (path: string) => utimes(path, month, month);
  const old = await make(OLD);
  await make(NEW);
  await age(join(old.folder, SEAL));
  const lineage = join(folder.path, 'lineages/old');
  await mkdir(lineage, { recursive: true });
  await writeFile(join(lineage, 'history.json'), '{}');
  await age(join(lineage, 'history.json'));
  await age(lineage);
  const has = async (part: string) =>
    (await readdir(join(folder.path, part))).filter((name) => name !== 'tmp');
  return {
    path: folder.path,
    make,
    has,
    lineage,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

test.serial('items not used for a long time are removed, with their sizes; the rest stays', async (t) => {
  await using cache = await createCache();
  const asked = await pruneCache({ ...WEEK, dryRun: true });
  t.deepEqual(asked.map(({ kind }) => kind).toSorted(), ['lineages', 'things']);
  t.true(asked.find(({ kind }) => kind === 'things')!.bytes >= 100_000);
  t.is((await cache.has('things')).length, 2);
  t.deepEqual(await pruneCache(WEEK), asked);
  t.deepEqual(await cache.has('things'), [NEW]);
  t.deepEqual(await cache.has('lineages'), []);
  t.deepEqual(await readdir(join(cache.path, 'tmp')), []);
});

test.serial('locked items stay', async (t) => {
  await using cache = await createCache();
  await using _building = await acquireLock(cache.lineage);
  t.deepEqual(
    (await pruneCache(WEEK)).map(({ kind }) => kind),
    ['things'],
  );
  t.true((await cache.has('lineages')).includes('old'));
});

test.serial('items used since a running kgate started stay', async (t) => {
  await using cache = await createCache();
  const script = `
    import { enterCache } from '${join(import.meta.dirname, 'cache-users.ts')}';
    await enterCache();
    process.stdout.write('in');
    setTimeout(() => {}, 60_000);`;
  const user = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(user.stdout, 'data');
    t.deepEqual((await pruneCache(NOW)).map(({ kind }) => kind).toSorted(), ['lineages', 'things']);
    t.deepEqual(await cache.has('things'), [NEW]);
  } finally {
    user.kill('SIGKILL');
    await once(user, 'exit');
  }
  await pruneCache(NOW);
  t.deepEqual(await cache.has('things'), []);
});

test.serial('a kgate that ends while others are counted is not one of them', async (t) => {
  await using cache = await createCache();
  const users = join(cache.path, 'users');
  await mkdir(users);
  // Of another machine, so that each counts.
  const marks = Array.from({ length: 200 }, (_, index) => join(users, `0000.0000.${index.toString(36)}.1`));
  for (let round = 0; round < 20; round += 1) {
    for (const mark of marks) await symlink('.', mark);
    const counted = unusedBefore();
    const ended = marks.map((mark) => unlink(mark));
    await t.notThrowsAsync(counted);
    await Promise.all(ended);
  }
});

test.serial('what comes and goes where another kgate is at work keeps nobody from pruning', async (t) => {
  await using cache = await createCache();
  await symlink('nowhere', join(cache.lineage, 'vmlinux.lock'));
  const names = Array.from({ length: 100 }, (_, index) => join(cache.lineage, `${index}.o`));
  for (let round = 0; round < 20; round += 1) {
    for (const name of names) await writeFile(name, '');
    const used = lastUsed(cache.lineage);
    const gone = names.map((name) => unlink(name));
    t.false(Number.isNaN(await used));
    await Promise.all(gone);
  }
});

test.serial('a kgate that runs for days lets go of what it used, now and then', async (t) => {
  await using cache = await createCache();
  const users = join(cache.path, 'users');
  await mkdir(users);
  const mark = join(users, ownName());
  await symlink('.', mark);
  const begun = (Date.now() - 30 * 24 * HOUR_MS) / 1_000;
  const began = async () => (await lstat(mark)).mtimeMs;
  await lutimes(mark, begun, begun);
  await keepCache()();
  t.true((await began()) < Date.now() - HOUR_MS, 'not at once');
  await keepCache({ everyMs: 0 })();
  t.true((await began()) > Date.now() - HOUR_MS);
  t.deepEqual(await readdir(users), [ownName()]);
});

test.serial('temporary folders of dead processes go, those of living ones stay', async (t) => {
  await using cache = await createCache();
  const tmp = join(cache.path, 'things/tmp');
  await mkdir(join(tmp, 'new-Xy12Zw'), { recursive: true });
  await mkdir(join(tmp, `new-${ownName()}-Xy12Zw`));
  await utimes(join(tmp, 'new-Xy12Zw'), 1_000, 1_000);
  await utimes(join(tmp, `new-${ownName()}-Xy12Zw`), 1_000, 1_000);
  await pruneCache(WEEK);
  t.deepEqual(await readdir(tmp), [`new-${ownName()}-Xy12Zw`]);
});

test.serial('a kgate that starts waits until a prune is over', async (t) => {
  await using cache = await createCache();
  await symlink(ownName(), join(cache.path, 'users.lock'));
  let waits = 0;
  const abort = new AbortController();
  const onWait = () => {
    waits += 1;
    abort.abort();
  };

  await t.throwsAsync(enterCache({ signal: abort.signal, onWait }));
  t.is(waits, 1);
});
