import test from 'ava';
import { createGate } from '../../fixtures/report/gate.ts';
import { createRecord, createResult } from '../../fixtures/report/results.ts';
import { createPalette } from './text/palette.ts';
import { findFormat } from './formats/formats.ts';

const KERNELS = { base: 'linux-6.12', patched: 'process-vm-mmap-6.12' };
const SINCE = {
  version: 2,
  run: '20260101-000000-aaaa',
  verdict: 'bad',
  base: 'linux-6.12',
  better: ['mremap › shrink [x86_64]'],
  worse: [],
} as const;

for (const format of ['terminal', 'mail', 'html'])
  test(`what became of cases since the version before is in the format ${format}`, async (t) => {
    const run = createRecord([createResult({ kernel: KERNELS.base }), createResult()]);
    const render = async (replaced: Parameters<typeof createGate>[2]) =>
      findFormat(format).render(
        { folder: '/none', run, gate: createGate(run, KERNELS, replaced) },
        { palette: createPalette(false), testedBy: 'A Tester <a@tester.example>' },
      );
    const told = /v2 \(bad,\s20260101-000000-aaaa\): better: mremap › shrink\s\[x86_64\]/u;
    t.regex(await render({ since: { ...SINCE, better: [...SINCE.better], worse: [] } }), told);
    t.notRegex(await render({}), told);
  });
