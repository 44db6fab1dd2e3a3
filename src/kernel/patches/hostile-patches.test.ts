import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { BuildError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { Overlay } from '../source/overlay.ts';
import { applySeries } from './apply-series.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');

/** Applies hostile patches to the small tree, in a folder beside their victim. */
async function attack(root: string, names: readonly string[]): Promise<unknown> {
  const victim = join(root, 'victim');
  const overlay = join(root, 'a/b/overlay');
  await mkdir(victim);
  await mkdir(overlay, { recursive: true });
  const files = ['mm/clone.c', 'mm/fork.c', 'Makefile'].map((path) => [path, 'archive:mini'] as const);
  const tree = new Overlay(overlay, {
    label: 'mini',
    root: join(FIXTURES, 'trees/mini'),
    immutable: true,
    files: new Map(files),
  });
  const patches = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(FIXTURES, 'hostile-series', `${name}.patch`), 'utf8');
      const file = join(root, `${name}.patch`);
      await writeFile(file, text.replaceAll('/kgate-victim', victim));
      return { file, text: text.replaceAll('/kgate-victim', victim) };
    }),
  );
  return (async () => {
    await applySeries(patches, tree, undefined);
    await tree.files();
  })();
}

const refused = test.macro({
  title: (title = '') => `${title} is refused, and nothing is written outside`,
  async exec(t, code: string, ...names: readonly string[]) {
    await using folder = await createTemporaryFolder('kgate-hostile');
    const error = await t.throwsAsync(attack(folder.path, names), { instanceOf: BuildError });
    t.is(error.code, code, `${error.message}\n${error.detail ?? ''}`);
    t.deepEqual(await readdir(join(folder.path, 'victim')), []);
  },
});

test('a patch with ../ in its paths', refused, 'KERNEL_PATCH_REJECTED', 'dot-dot');
test('a patch with a ../ that is quoted', refused, 'KERNEL_PATCH_REJECTED', 'quoted-dot-dot');
test('a patch with an absolute path', refused, 'KERNEL_PATCH_REJECTED', 'absolute');
test('a link to an absolute path', refused, 'KERNEL_TREE_UNSAFE', 'link-out');
test('a link that leads above the tree', refused, 'KERNEL_TREE_UNSAFE', 'link-up');
test('a file behind a link of the same patch', refused, 'KERNEL_PATCH_REJECTED', 'through-link');
test('a folder that becomes a link', refused, 'KERNEL_TREE_UNSAFE', 'folder-to-link');
test(
  'a change behind a folder that became a link',
  refused,
  'KERNEL_TREE_UNSAFE',
  'folder-to-link',
  'behind-folder-to-link',
);
test('a file among the objects', refused, 'KERNEL_TREE_UNSAFE', 'into-objects');

test('a link within the tree is not an attack', async (t) => {
  await using folder = await createTemporaryFolder('kgate-hostile');
  await writeFile(join(folder.path, 'innocent.patch'), '');
  const overlay = join(folder.path, 'overlay');
  await mkdir(overlay);
  const tree = new Overlay(overlay, { label: 'mini', root: folder.path, immutable: true, files: new Map() });
  const text =
    'diff --git a/mm/up b/mm/up\nnew file mode 120000\n--- /dev/null\n+++ b/mm/up\n@@ -0,0 +1 @@\n+../include/mm.h\n\\ No newline at end of file\n';
  const file = join(folder.path, 'innocent.patch');
  await writeFile(file, text);
  await applySeries([{ file, text }], tree, undefined);
  t.deepEqual(
    [...(await tree.files())].map(([path, { token }]) => [path, token]),
    [['mm/up', 'link:../include/mm.h']],
  );
});
