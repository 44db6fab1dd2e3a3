import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { readAbilities, unmetRequirements } from './abilities.ts';

async function abilitiesOf(path: string, fragments: readonly string[], source = 'linux-source-6.1') {
  const files = fragments.map((text, index) => [join(path, `${index}.config`), text] as const);
  for (const [file, text] of files) await writeFile(file, text);
  const names = files.map(([file]) => file);
  return readAbilities({
    source: { kind: 'package', package: source },
    fragments: { x86_64: names, arm64: [] },
  });
}

test('a kernel has what its fragments ask for, and the last request counts', async (t) => {
  await using folder = await createTemporaryFolder('kgate-abilities');
  const abilities = await abilitiesOf(folder.path, [
    'CONFIG_NUMA=y\nCONFIG_KSM=y\nCONFIG_LSM=""\n',
    '# CONFIG_KSM is not set\n',
  ]);
  const wanted = ['CONFIG_NUMA', 'CONFIG_KSM', 'CONFIG_LSM', 'CONFIG_ZRAM'];
  t.deepEqual(unmetRequirements(wanted, abilities, 'x86_64'), ['CONFIG_KSM', 'CONFIG_ZRAM']);
  t.deepEqual(unmetRequirements(['CONFIG_NUMA'], abilities, 'arm64'), ['CONFIG_NUMA']);
});

test('versions are compared by number', async (t) => {
  await using folder = await createTemporaryFolder('kgate-abilities');
  const abilities = await abilitiesOf(folder.path, [], 'linux-source-6.12');
  const wanted = ['linux >= 6.1', 'linux >= 6.12', 'linux >= 6.13', 'linux >= 7.0', 'linux >= 5.19'];
  t.deepEqual(unmetRequirements(wanted, abilities, 'x86_64'), ['linux >= 6.13', 'linux >= 7.0']);
});

test('a tree tells its version, and one that does not meets no version requirement', async (t) => {
  await using folder = await createTemporaryFolder('kgate-abilities');
  const fragments = { x86_64: [], arm64: [] };
  const tree = join(folder.path, 'linux');
  await mkdir(tree);
  const source = { kind: 'tree', folder: tree } as const;
  const silent = await readAbilities({ source, fragments });
  t.deepEqual(unmetRequirements(['linux >= 2.6'], silent, 'arm64'), ['linux >= 2.6']);
  await writeFile(join(tree, 'Makefile'), '# SPDX\nVERSION = 6\nPATCHLEVEL = 18\nSUBLEVEL = 2\n');
  const spoken = await readAbilities({ source, fragments });
  t.deepEqual(unmetRequirements(['linux >= 6.18', 'linux >= 6.19'], spoken, 'arm64'), ['linux >= 6.19']);
});
