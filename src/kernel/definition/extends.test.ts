import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { BUNDLED_KERNELS, loadKernelDefinition } from './definition.ts';

async function load(files: Readonly<Record<string, string>>) {
  await using folder = await createTemporaryFolder('kgate-kernels');
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text);
  return { definition: await loadKernelDefinition('own', folder.path), folder: folder.path };
}

test('a kernel file extends one that kgate brings, with a source, fragments and a compiler of its own', async (t) => {
  const { definition, folder } = await load({
    'own.config': 'CONFIG_X=y\n',
    'own.yaml':
      'kernel: own\nsummary: Mine\nextends: linux\nsource: { archive: "https://example.org/linux-6.14.2.tar.xz", sha256: ' +
      `${'a'.repeat(64)} }\nconfig: { arm64: [own.config] }\narch: [arm64]\ntoolchain: llvm\n`,
  });
  const bundled = await loadKernelDefinition('linux', BUNDLED_KERNELS);
  t.deepEqual(definition.fragments, {
    arm64: [...(bundled.fragments.arm64 ?? []), join(folder, 'own.config')],
  });
  t.deepEqual(definition.drivers, bundled.drivers);
  t.is(definition.variant, 'plain');
  t.is(definition.toolchain, 'llvm');
  t.is(definition.source.kind, 'archive');
  t.deepEqual(definition.abilities.version, [6, 14]);
});

test('what an own kernel leaves out, and what it cannot extend, are said together', async (t) => {
  const error = await t.throwsAsync(load({ 'own.yaml': 'kernel: own\nsummary: Mine\nextends: nowhere\n' }), {
    instanceOf: UsageError,
  });
  t.regex(error?.detail ?? error?.message ?? '', /There is no kernel "nowhere"/u);
  const bare = await t.throwsAsync(load({ 'own.yaml': 'kernel: own\nsummary: Mine\n' }), {
    instanceOf: UsageError,
  });
  for (const key of ['config', 'arch', 'variant'])
    t.regex(bare?.detail ?? bare?.message ?? '', new RegExp(`needs "${key}"`, 'u'));
});

test('kernels that extend each other are refused', async (t) => {
  const error = await t.throwsAsync(
    load({
      'own.yaml': 'kernel: own\nsummary: Mine\nextends: other\n',
      'other.yaml': 'kernel: other\nsummary: Other\nextends: own\n',
    }),
    { instanceOf: UsageError },
  );
  t.regex(error?.detail ?? error?.message ?? '', /The kernel extends itself/u);
});

test('what is downloaded needs its digest', async (t) => {
  const error = await t.throwsAsync(
    load({
      'own.yaml':
        'kernel: own\nsummary: Mine\nextends: linux\nsource: { archive: "https://example.org/x.tar.xz" }\n',
    }),
    { instanceOf: UsageError },
  );
  t.regex(error?.detail ?? error?.message ?? '', /needs its "sha256"/u);
});
