import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { z } from 'zod';
import { startWebDav } from '../../fixtures/store/nginx.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import {
  findOrCreate,
  findOrFetch,
  findStored,
  type ContentStore,
  type FindOptions,
} from './content-store.ts';
import { digestOf } from './digest.ts';
import { findCacheServer } from './remote/cache-server.ts';
import { closeSharedCache, useSharedCache } from './remote/current-cache.ts';

interface Thing {
  readonly number: number;
}

const store: ContentStore<Thing> = {
  name: 'things',
  manifest: z.strictObject({ number: z.number() }),
  shared: { withinMs: 60_000 },
};
const KEY = digestOf('thing');

const tryOut = (_folder: string, { number }: Thing) =>
  Promise.resolve(number === 1 ? 'a thing that has the wrong number' : undefined);

/** Machines with a cache each; every call is that of a process of its own. */
async function createMachines() {
  const folder = await createTemporaryFolder('kgate-share');
  let made = 0;
  const create = async (entry: string) => {
    made += 1;
    await writeFile(join(entry, 'content'), 'content');
    return { number: made };
  };
  return {
    made: () => made,
    async find(
      machine: string,
      url: string,
      { kind = store, ...options }: FindOptions<Thing> & { readonly kind?: ContentStore<Thing> } = {},
    ) {
      process.env['KGATE_CACHE'] = join(folder.path, machine);
      useSharedCache(findCacheServer(undefined, { KGATE_REMOTE_CACHE: url }));
      const said: string[] = [];
      const onNotice = (message: string) => said.push(message);
      const entry = await findOrCreate(kind, KEY, create, { ...options, onNotice });
      await closeSharedCache(onNotice);
      return { ...entry, said };
    },
    async fetch(machine: string, url: string) {
      process.env['KGATE_CACHE'] = join(folder.path, machine);
      useSharedCache(findCacheServer(undefined, { KGATE_REMOTE_CACHE: url }));
      const entry = await findOrFetch(store, KEY);
      await closeSharedCache(() => {});
      return entry;
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

test.serial('an entry that one machine made another one has, sealed and with its manifest', async (t) => {
  await using nginx = await startWebDav();
  await using machines = await createMachines();
  const made = await machines.find('one', nginx.writerUrl);
  t.false(made.cached);
  t.regex(made.said.join('\n'), /^The shared cache http:\/\/127\.0\.0\.1:\d+\/ took 1 entry, 0\.0 MiB\.$/mu);
  const taken = await machines.find('two', nginx.url);
  t.true(taken.cached);
  t.deepEqual(taken.manifest, { number: 1 });
  t.regex(taken.said.join('\n'), / gave 1 entry, 0\.0 MiB\.$/mu);
  t.is(await readFile(join(taken.folder, 'content'), 'utf8'), 'content');
  await writeFile(join(taken.folder, 'content'), 'changed');
  t.is(await findStored(store, KEY), undefined, 'its list of files is its own');
  t.true((await machines.find('two', nginx.url)).cached);
  t.is(machines.made(), 1);
});

test.serial('an entry that a machine had before there was a server is stored when it is used', async (t) => {
  await using nginx = await startWebDav();
  await using machines = await createMachines();
  await machines.find('one', 'off');
  await machines.find('one', nginx.writerUrl);
  t.true((await machines.find('two', nginx.url)).cached);
  t.is(machines.made(), 1);
});

test.serial('an entry of another machine is found without making one', async (t) => {
  await using nginx = await startWebDav();
  await using machines = await createMachines();
  t.is(await machines.fetch('one', nginx.writerUrl), undefined);
  await machines.find('one', nginx.writerUrl);
  t.true((await machines.fetch('two', nginx.url))?.cached);
  t.is((await machines.fetch('three', 'off'))?.cached, undefined);
  t.is(machines.made(), 1);
});

test.serial('an entry that does not work here is made here, and then replaces the other', async (t) => {
  await using nginx = await startWebDav();
  await using machines = await createMachines();
  await machines.find('one', nginx.writerUrl);
  const own = await machines.find('two', nginx.writerUrl, { tryOut });
  t.false(own.cached);
  t.regex(own.said[0] ?? '', /gave nothing for things\/.*: a thing that has the wrong number\.$/u);
  const third = await machines.find('three', nginx.url, { tryOut });
  t.true(third.cached);
  t.deepEqual(third.manifest, { number: 2 });
});

test.serial('machines that differ in what an entry depends on do not share it', async (t) => {
  await using nginx = await startWebDav();
  await using machines = await createMachines();
  await machines.find('one', nginx.writerUrl, { scene: () => Promise.resolve('QEMU 1') });
  t.false((await machines.find('two', nginx.url, { scene: () => Promise.resolve('QEMU 2') })).cached);
  t.true((await machines.find('three', nginx.url, { scene: () => Promise.resolve('QEMU 1') })).cached);
});

test.serial('formats of a store are not mixed up, and what is not shared stays here', async (t) => {
  await using nginx = await startWebDav();
  await using machines = await createMachines();
  await machines.find('one', nginx.writerUrl);
  t.false((await machines.find('two', nginx.url, { kind: { ...store, format: 2 } })).cached);
  const { shared: _, ...own } = store;
  t.false((await machines.find('three', nginx.url, { kind: own })).cached);
});

test.serial('a manifest of another form is refused', async (t) => {
  await using nginx = await startWebDav();
  await using machines = await createMachines();
  await machines.find('one', nginx.writerUrl);
  const kind = { ...store, manifest: z.strictObject({ number: z.number().min(2) }) };
  const own = await machines.find('two', nginx.url, { kind });
  t.false(own.cached);
  t.regex(own.said[0] ?? '', /entry\.json is not that of such an entry/u);
  await rm(own.folder, { recursive: true });
});
