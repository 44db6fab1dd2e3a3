import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { coverageFiles, filesChanged, storeCoverageFiles } from './coverage-files.ts';

const PATCHES = ['mm/x.c', 'mm/left-out.c', 'link'].map((path) => ({
  file: `/series/0001-${path}.patch`,
  text: `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+line\n`,
}));

test('files that a series adds lines to are kept with their notes, and links are not followed', async (t) => {
  await using folder = await createTemporaryFolder('kgate-coverage-files');
  const [tree, objects, entry] = ['tree', 'objects', 'entry'].map((name) => join(folder.path, name));
  for (const parent of [tree!, objects!]) await mkdir(join(parent, 'mm'), { recursive: true });
  await writeFile(join(tree!, 'mm/x.c'), 'line\n');
  await writeFile(join(tree!, 'mm/left-out.c'), 'line\n');
  await writeFile(join(objects!, 'mm/x.gcno'), 'notes');
  await symlink('/etc/passwd', join(tree!, 'link'));
  await storeCoverageFiles(entry!, { tree: tree!, objects: objects!, files: filesChanged(PATCHES) });

  const { notes, sources, gcov } = coverageFiles(entry!, { prefix: 'aarch64-linux-gnu-' });
  t.is(gcov, 'aarch64-linux-gnu-gcov');
  t.is(await readFile(join(sources, 'mm/x.c'), 'utf8'), 'line\n');
  t.is(await readFile(join(sources, 'mm/left-out.c'), 'utf8'), 'line\n');
  t.is(await readFile(join(notes, 'mm/x.gcno'), 'utf8'), 'notes');
  await t.throwsAsync(readFile(join(notes, 'mm/left-out.gcno')), { code: 'ENOENT' });
  await t.throwsAsync(readFile(join(sources, 'link')), { code: 'ENOENT' });
});
