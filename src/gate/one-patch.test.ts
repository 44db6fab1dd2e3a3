import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import { loadKernelDefinition } from '../kernel/definition/definition.ts';
import { deriveKernel } from '../kernel/definition/derive-kernel.ts';
import type { KernelRole } from '../kernel/definition/kernel.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { loadSeries } from '../series/load-series.ts';
import { onePatch } from './one-patch.ts';

const ROOT = join(import.meta.dirname, '../..');

test.before(async () => {
  process.env['KGATE_CACHE'] = (await createTemporaryFolder('kgate-cache')).path;
});

async function subjectsOf(role: KernelRole) {
  const base = await loadKernelDefinition('linux-6.12', join(ROOT, 'kernels'));
  const series = await loadSeries({ kind: 'path', path: join(ROOT, 'docs/examples/mremap-cleanups.mbox') });
  const patched = await deriveKernel(base, {
    id: 'all',
    summary: '',
    role,
    patches: series.patches,
    fragments: [],
  });
  return { series, subjects: { base, patched, chosen: '--base', expected: 'It was said.' } };
}

const patchesOf = async ({ series }: KernelDefinition) =>
  (await Promise.all(series.map((folder) => readdir(folder)))).map((names) => names.toSorted());

test('a patch in the middle is compared with the patches before it', async (t) => {
  const { series, subjects } = await subjectsOf('base');
  const one = await onePatch(subjects, series, 1);
  t.is(one?.series.title, 'mm/mremap: check both lengths in one place');
  t.is(one?.series.patches.length, 1);
  const [before = [], ...more] = await patchesOf(one!.subjects.base);
  t.deepEqual([before.length, more.length], [1, 0]);
  const after = await patchesOf(one!.subjects.patched);
  t.deepEqual(after[0], before);
  t.regex(after[1]?.join(' ') ?? '', /^0001-.*check-both-lengths/u);
});

test('the first patch is compared with the base itself', async (t) => {
  const { series, subjects } = await subjectsOf('base');
  const one = await onePatch(subjects, series, 0);
  t.is(one?.subjects.base, subjects.base);
});

test('half of a series that the specs are about is not judged, and the whole is', async (t) => {
  const { series, subjects } = await subjectsOf('patched');
  t.is(await onePatch(subjects, series, 0), undefined);
  t.is(await onePatch(subjects, series, 1), undefined);
  t.is((await onePatch(subjects, series, 2))?.subjects.patched.role, 'patched');
});

test('there is no patch beyond the last', async (t) => {
  const { series, subjects } = await subjectsOf('base');
  t.is(await onePatch(subjects, series, 3), undefined);
});
