import { join } from 'node:path';
import test from 'ava';
import { createFakeBackend } from '../../../fixtures/run/fake-backend.ts';
import { BuildError } from '../../errors.ts';
import { loadKernelDefinition } from '../../kernel/definition/definition.ts';
import { findBrokenBuild } from './find-broken-build.ts';

const FAILURE = new BuildError('The build failed.', { code: 'KERNEL_COMPILE_FAILED' });

/** Builds a base and a patched kernel of which some builds fail, named as `kernel arch`. */
async function find(...failing: readonly string[]) {
  const base = await loadKernelDefinition('linux-6.12', join(import.meta.dirname, '../../../kernels'));
  const { backend } = createFakeBackend({
    build(kernel, arch) {
      if (failing.includes(`${kernel.id} ${arch}`)) throw FAILURE;
    },
  });
  const patched = { ...base, id: 'patched' };
  return findBrokenBuild({ base, patched }, ['x86_64', 'arm64'], backend, {
    signal: new AbortController().signal,
    sink: () => {},
  });
}

test('a series that breaks the build of one architecture is found', async (t) => {
  t.deepEqual(await find('patched arm64'), { arch: 'arm64', error: FAILURE });
});

test('a base that does not build is no fault of the series', async (t) => {
  await t.throwsAsync(find('linux-6.12 arm64', 'patched arm64'), { is: FAILURE });
});

test('nothing is broken where everything builds', async (t) => {
  t.is(await find(), undefined);
});
