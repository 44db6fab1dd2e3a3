import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { kindOfPath } from './kind-of-path.ts';
import { makeFolder } from './make-folder.ts';

test('makes a folder with all above it, and is content with what is there', async (t) => {
  await using folder = await createTemporaryFolder('kgate-make');
  const path = join(folder.path, 'a/b/c');
  await Promise.all([makeFolder(path), makeFolder(path), makeFolder(join(path, 'd'))]);
  t.is(await kindOfPath(join(path, 'd')), 'folder');
  await symlink(path, join(folder.path, 'link'));
  await t.notThrowsAsync(makeFolder(join(folder.path, 'link')));
});

test('says where nothing can be made, and comes to an end', async (t) => {
  await t.throwsAsync(makeFolder('/proc/kgate/x'), { code: 'ENOENT' });
  await using folder = await createTemporaryFolder('kgate-make');
  await writeFile(join(folder.path, 'file'), '');
  await t.throwsAsync(makeFolder(join(folder.path, 'file')), { code: 'EEXIST' });
  await t.throwsAsync(makeFolder(join(folder.path, 'file/below')), { code: 'ENOTDIR' });
});
