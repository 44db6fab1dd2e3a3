import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { readBootLimits } from './boot-limits.ts';

async function limitsOf(config: string) {
  await using folder = await createTemporaryFolder('kgate-boot-limits');
  const path = join(folder.path, 'config');
  await writeFile(path, config);
  return await readBootLimits(path);
}

test('a kernel with self-checks gets longer to boot', async (t) => {
  const plain = await limitsOf('CONFIG_SMP=y\n# CONFIG_KASAN is not set\nCONFIG_KASAN_SHADOW_OFFSET=0x0\n');
  for (const checker of ['KASAN', 'KCSAN', 'PROVE_LOCKING']) {
    const checked = await limitsOf(`CONFIG_SMP=y\nCONFIG_${checker}=y\n`);
    t.true(checked.quietMs > plain.quietMs);
    t.true(checked.totalMs > plain.totalMs);
  }
});

test('a kernel without a configuration counts as a plain one', async (t) => {
  t.deepEqual(await readBootLimits('/nowhere/config'), await limitsOf('CONFIG_SMP=y\n'));
});
