import { readdir } from 'node:fs/promises';
import test from 'ava';
import { createSpecFixture } from '../../../fixtures/run/specs.ts';
import { createFakeBackend } from '../../../fixtures/run/fake-backend.ts';
import { createResult } from '../../../fixtures/report/results.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { planRun } from '../../run/plan/plan.ts';
import { reuseBase } from './reuse-base.ts';

const BASE: KernelDefinition = {
  id: 'base',
  summary: 'base',
  file: '/kernels/base.yaml',
  role: 'base',
  base: undefined,
  source: { kind: 'package', package: 'linux-source-6.12' },
  series: [],
  drivers: [],
  fragments: {},
  arch: ['x86_64'],
  variant: 'plain',
  abilities: { symbols: {}, version: undefined },
};
const SPEC = createSpecFixture('one', ['a', 'b']);
const PLAN = planRun({
  selected: [{ spec: SPEC, cases: SPEC.cases }],
  kernels: [BASE],
  arches: ['x86_64'],
  repeat: 1,
});
const RESULTS = PLAN.map(({ spec, case: name, arch }) =>
  createResult({ spec, case: name, arch, kernel: 'base', outcome: 'passed', accel: 'tcg' }),
);

async function reuse({ elsewhere }: { readonly elsewhere: boolean }) {
  const { backend } = createFakeBackend();
  const step = { signal: new AbortController().signal, sink: () => {} };
  return reuseBase(PLAN, { base: BASE, backend, reuse: true, elsewhere, step });
}

test.serial('results of other hosts are not kept as those of this one, nor taken for them', async (t) => {
  await using cache = await createTemporaryFolder('kgate-reuse');
  process.env['KGATE_CACHE'] = cache.path;
  await (await reuse({ elsewhere: true })).remember('run-elsewhere', RESULTS);
  t.deepEqual(await readdir(cache.path), []);
  await (await reuse({ elsewhere: false })).remember('run-here', RESULTS);
  t.deepEqual((await reuse({ elsewhere: false })).runs, ['run-here']);
  const { plan, reused, runs } = await reuse({ elsewhere: true });
  t.deepEqual([plan, reused, runs], [PLAN, [], []]);
});
