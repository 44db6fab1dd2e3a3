import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { loadKernelDefinition } from '../../kernel/definition/definition.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { findProject, PACKAGE_ROOT } from '../project/project.ts';
import { whatWasAsked } from './what-was-asked.ts';

test('a kernel is named by its file where its id would find another or none', async (t) => {
  await using folder = await createTemporaryFolder('kgate-asked');
  const project = await findProject(PACKAGE_ROOT);
  const bundled = await loadKernelDefinition('linux', join(PACKAGE_ROOT, 'kernels'));
  t.is(await whatWasAsked(project, [bundled], []), undefined);
  t.deepEqual(await whatWasAsked(project, [bundled], ['--tree', 'x']), { options: ['--tree', 'x'] });
  await mkdir(join(folder.path, 'kernels'));
  const file = join(folder.path, 'kernels/linux.yaml');
  await cp(bundled.file, file);
  const own = { ...project, kernels: [join(folder.path, 'kernels'), ...project.kernels] };
  t.deepEqual(await whatWasAsked(own, [bundled, { ...bundled, id: 'mine', file: '/k/mine.yaml' }], []), {
    kernelFiles: { linux: bundled.file, mine: '/k/mine.yaml' },
    options: [],
  });
  t.is(await whatWasAsked(own, [{ ...bundled, file }], []), undefined);
});
