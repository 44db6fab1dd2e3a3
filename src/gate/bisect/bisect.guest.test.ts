import { resolve } from 'node:path';
import test from 'ava';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { createHostBackend } from '../../run/execute/host-backend.ts';
import { hostLimits } from '../../run/pool/limits.ts';
import { loadKernels } from '../../run/project/load-kernels.ts';
import { loadSuite } from '../../run/project/load-suite.ts';
import { findProject } from '../../run/project/project.ts';
import { loadSeries } from '../../series/load-series.ts';
import { bisect } from './bisect.ts';
import { findProbedCase } from './find-probed-case.ts';
import { seriesHistory, withPatches } from './series-history.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

test('the patch of a series that breaks mremap() is named', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using folder = await createTemporaryFolder('kgate-bisect');
  const project = await findProject(ROOT);
  const [base] = await loadKernels(project, ['linux-6.12']);
  const { specs } = await loadSuite(project);
  const series = await loadSeries({
    kind: 'path',
    path: resolve(ROOT, 'fixtures/kernels/mremap-regression'),
  });
  const patched = await withPatches(base!, series, series.patches.length, 'patched', []);
  const limits = hostLimits(undefined);
  const record = await bisect({
    history: await seriesHistory({ base: base!, patched }, series, 'x86_64'),
    probed: findProbedCase('mremap/range_beyond_mapping', specs, {
      kernel: base!,
      arch: 'x86_64',
      repeat: 1,
    }),
    backend: createHostBackend({ project, jobs: limits.slots }),
    limits,
    root: folder.path,
    version: '0.0.0',
    allowed: [],
    step: { signal: new AbortController().signal, sink: () => {} },
  });
  t.deepEqual(
    record.steps
      .map(({ changes, answer }) => [changes, answer])
      .toSorted(([a], [b]) => Number(a) - Number(b)),
    [
      [0, 'good'],
      [1, 'good'],
      [2, 'bad'],
      [3, 'bad'],
    ],
  );
  t.is(record.result.kind, 'found');
  t.true(
    record.result.kind === 'found' &&
      record.result.change.subject === 'mm/mremap: check both lengths in one place',
  );
});
