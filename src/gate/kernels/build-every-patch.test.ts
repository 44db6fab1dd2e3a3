import { join } from 'node:path';
import test from 'ava';
import { createFakeBackend } from '../../../fixtures/run/fake-backend.ts';
import { BuildError, InterruptedError } from '../../errors.ts';
import { loadKernelDefinition } from '../../kernel/definition/definition.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { loadSeries } from '../../series/load-series.ts';
import { buildEveryPatch, type PatchBuild } from './build-every-patch.ts';

const ROOT = join(import.meta.dirname, '../../..');

async function build(script: Parameters<typeof createFakeBackend>[0], signal = new AbortController().signal) {
  const { backend, traces } = createFakeBackend(script);
  const seen: PatchBuild[] = [];
  const base = await loadKernelDefinition('linux-6.12', join(ROOT, 'kernels'));
  const builds = await buildEveryPatch({
    base,
    patched: base,
    series: await loadSeries({ kind: 'path', path: join(ROOT, 'fixtures/kernels/mremap-regression') }),
    arches: ['x86_64', 'arm64'],
    backend,
    step: { signal, sink: () => {} },
    onPatch: (one) => void seen.push(one),
  });
  return { builds, seen, traces };
}

test.before(async () => {
  process.env['KGATE_CACHE'] = (await createTemporaryFolder('kgate-cache')).path;
});

test('each patch is built and booted on each architecture, in order, and nothing is left open', async (t) => {
  const { builds, seen, traces } = await build({});
  t.deepEqual(
    builds.map(({ position, arch, outcome }) => [position, arch, outcome]),
    (['x86_64', 'arm64'] as const).flatMap((arch) => [1, 2, 3].map((position) => [position, arch, 'boots'])),
  );
  t.deepEqual(seen, builds);
  t.is(builds[1]!.subject, 'mm/mremap: check both lengths in one place');
  t.is(traces.templates, 0);
});

test('a patch that does not build or boot is a result, and the others are tried', async (t) => {
  let current = '';
  const { builds } = await build({
    build: ({ id }) => {
      current = id;
      if (id.endsWith('1-of-3'))
        throw new BuildError('No.', { code: 'KERNEL_COMPILE_FAILED', detail: 'mm/x.c:1' });
    },
    boot: () =>
      current.endsWith('2-of-3')
        ? {
            kind: 'boot-failed',
            failure: { summary: 'panic', accelerator: 'tcg', consoleText: '', splats: [] },
          }
        : undefined,
  });
  t.deepEqual(
    builds.slice(0, 3).map(({ outcome, problem }) => [outcome, problem]),
    [
      ['not-built', 'No.\nmm/x.c:1'],
      ['not-booted', 'panic'],
      ['boots', undefined],
    ],
  );
});

test('an abort ends it', async (t) => {
  const abort = new AbortController();
  abort.abort();
  await t.throwsAsync(build({}, abort.signal), { instanceOf: InterruptedError });
});
