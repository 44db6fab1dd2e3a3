import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createResult } from '../../../fixtures/report/results.ts';
import { startWebDav } from '../../../fixtures/store/nginx.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { findCacheServer } from '../../store/remote/cache-server.ts';
import { closeSharedCache, useSharedCache } from '../../store/remote/current-cache.ts';
import { BaseResults, type ResultScene } from './base-results.ts';

type Planned = Parameters<BaseResults['find']>[0];

test.serial('what is known of a base is found again, and not after a byte of it changed', async (t) => {
  await using cache = await createTemporaryFolder('kgate-base');
  process.env['KGATE_CACHE'] = cache.path;
  const scene = { kernel: { digest: 'k' }, image: { digest: 'i' }, qemu: '7.2' } as ResultScene;
  const planned = { spec: 's', case: 'c', program: 'p', timeoutMs: 1, expected: {} } as unknown as Planned;
  const skipped = createResult({ outcome: 'skipped', accel: 'tcg', skipReason: 'no such node' });
  await (await BaseResults.load(scene)).remember('run', [{ planned, results: [skipped] }]);
  t.is((await BaseResults.load(scene)).find(planned)?.skipReason, 'no such node');
  const [name = ''] = await readdir(join(cache.path, 'base-results'));
  const path = join(cache.path, 'base-results', name);
  await writeFile(path, (await readFile(path, 'utf8')).replace('no such node', 'no such mode'));
  t.is((await BaseResults.load(scene)).find(planned), undefined);
});

test.serial('what one machine knows another one finds, and keeps to what it saw itself', async (t) => {
  await using nginx = await startWebDav();
  await using folder = await createTemporaryFolder('kgate-base');
  const scene = { kernel: { digest: 'k' }, image: { digest: 'i' }, qemu: '7.2' } as ResultScene;
  const planned = { spec: 's', case: 'c', program: 'p', timeoutMs: 1, expected: {} } as unknown as Planned;
  const passed = createResult({ outcome: 'passed', accel: 'tcg' });
  const failed = createResult({ outcome: 'failed', accel: 'tcg' });
  const asMachine = async <T>(name: string, use: () => Promise<T>): Promise<T> => {
    process.env['KGATE_CACHE'] = join(folder.path, name);
    useSharedCache(findCacheServer(undefined, { KGATE_REMOTE_CACHE: nginx.writerUrl }));
    const result = await use();
    await closeSharedCache(() => {});
    return result;
  };
  const find = async () => (await BaseResults.load(scene)).find(planned)?.run;
  const remember = async (run: string, result: typeof passed) =>
    (await BaseResults.load(scene)).remember(run, [{ planned, results: [result] }]);

  await asMachine('one', () => remember('run-one', passed));
  t.is(await asMachine('two', find), 'run-one');
  await asMachine('two', () => remember('run-two', failed));
  t.is(await asMachine('two', find), undefined, 'a case that went wrong is forgotten');
  t.is(await asMachine('three', find), undefined, 'by the others, too');
  t.is(await asMachine('one', find), 'run-one');
});
