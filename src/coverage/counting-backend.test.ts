import test from 'ava';
import { createCountedBackend, defineCounted } from '../../fixtures/coverage/counted-backend.ts';
import { compileCountedProgram } from '../../fixtures/coverage/counted-program.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { createCountingBackend } from './counting-backend.ts';

const STEP = { signal: new AbortController().signal, sink: () => {} };

test('a kernel has one place for its counts, however often it is asked for', async (t) => {
  await using folder = await createTemporaryFolder('kgate-counting');
  const counted = await compileCountedProgram();
  const definition = await defineCounted(folder.path, counted);
  const { backend, counts } = createCountingBackend(await createCountedBackend(counted));
  await backend.buildKernel(definition, 'x86_64', STEP);
  const [first] = counts;
  await backend.buildKernel(definition, 'x86_64', STEP);
  t.is(counts.length, 1);
  t.is(counts[0], first);
  await backend.buildKernel(definition, 'arm64', STEP);
  t.deepEqual(
    counts.map(({ kernel }) => kernel.arch),
    ['x86_64', 'arm64'],
  );
});
