import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { repositoryPaths } from './repository-paths.ts';

test('paths are named from the top of the repository, wherever kgate was started', async (t) => {
  await using folder = await createTemporaryFolder('kgate-paths');
  const below = join(folder.path, 'tools/testing/kgate');
  await mkdir(below, { recursive: true });
  await mkdir(join(folder.path, '.git'));
  const paths = await repositoryPaths(below);
  t.is(paths('specs/x.yaml'), 'tools/testing/kgate/specs/x.yaml');
  t.is(paths(join(folder.path, 'a.yaml')), 'a.yaml');
  t.is(paths('/elsewhere/x.yaml'), undefined);
  t.is(paths('../../../../x.yaml'), undefined);
});

test('outside of a repository, paths are named from the working folder', async (t) => {
  await using folder = await createTemporaryFolder('kgate-paths');
  const paths = await repositoryPaths(folder.path);
  t.is(paths('specs/x.yaml'), 'specs/x.yaml');
  t.is(paths('../x.yaml'), undefined);
});
