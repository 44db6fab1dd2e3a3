import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createResult } from '../../../fixtures/report/results.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
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
