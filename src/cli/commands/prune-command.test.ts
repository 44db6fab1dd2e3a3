import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { ownName } from '../../process/owner.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { runKgate } from '../../../fixtures/cli/run-kgate.ts';

const OLD = 1_600_000_000;

test('old runs go; the latest, unfinished ones and other folders stay', async (t) => {
  await using folder = await createTemporaryFolder('kgate-prune');
  process.env['KGATE_CACHE'] = join(folder.path, 'cache');
  await writeFile(join(folder.path, 'kgate.yaml'), '{}\n');
  const runs = join(folder.path, '.kgate/runs');
  const ids = ['20200101-000000-aaaa', '20200102-000000-bbbb', '20200103-000000-cccc', 'kept-by-hand'];
  for (const id of ids) {
    await mkdir(join(runs, id), { recursive: true });
    await writeFile(join(runs, id, 'run.json'), '{}');
    await utimes(join(runs, id, 'run.json'), OLD, OLD);
  }
  await symlink('20200102-000000-bbbb', join(runs, 'latest'));
  await symlink(ownName(), join(runs, '20200103-000000-cccc/owner'));
  const prune = (...flags: readonly string[]) => runKgate(['prune', ...flags], folder.path);
  t.regex((await prune('--dry-run')).out, /runs +1 .*\nWould free 0\.\d MiB/u);
  t.is((await readdir(runs)).length, 5);
  t.regex((await prune()).out, /Freed 0\.\d MiB/u);
  t.deepEqual((await readdir(runs)).toSorted(), [...ids.slice(1), 'latest'].toSorted());
  t.regex((await prune()).out, /Nothing in .*cache is that old/u);
  t.is((await prune('--older-than', 'soon')).exitCode, 2);
});
