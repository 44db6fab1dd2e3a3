import { join } from 'node:path';
import test from 'ava';
import { BuildError, HostError } from '../../errors.ts';
import { loadKernelDefinition } from '../../kernel/definition/definition.ts';
import { compareOtherBuilds, type OtherBuildsOptions } from './other-builds.ts';

const KERNELS = join(import.meta.dirname, '../../../kernels');
const base = await loadKernelDefinition('linux-6.12', KERNELS);
const patched = await loadKernelDefinition('process-vm-mmap-6.12', KERNELS);
const step = { signal: new AbortController().signal, sink: () => {} };

/** Compares with builds whose problems are given by `kernel build`, and notes what was built. */
async function compare(
  problems: Readonly<Record<string, string | Error>>,
  wanted: Partial<OtherBuildsOptions> = {},
) {
  const built: string[] = [];
  const findings = await compareOtherBuilds({
    base,
    patched,
    arches: ['x86_64'],
    wanted: ['allnoconfig', '32-bit'],
    step,
    build: async ({ id }, arch, { name }) => {
      built.push(`${id} ${arch} ${name}`);
      const problem = problems[`${id} ${name}`];
      if (problem instanceof Error) throw problem;
      return problem;
    },
    ...wanted,
  });
  return { findings, built };
}

test('where the patched kernel builds, the base is not built', async (t) => {
  const { findings, built } = await compare({});
  t.deepEqual(findings, [
    { arch: 'x86_64', name: 'allnoconfig', outcome: 'builds' },
    { arch: 'x86_64', name: '32-bit', outcome: 'builds' },
  ]);
  t.deepEqual(built, [`${patched.id} x86_64 allnoconfig`, `${patched.id} x86_64 32-bit`]);
});

test('a build that only the series breaks is its fault', async (t) => {
  const { findings } = await compare({ [`${patched.id} 32-bit`]: 'mm/x.c:1: error: no' });
  t.deepEqual(findings[1], {
    arch: 'x86_64',
    name: '32-bit',
    outcome: 'broken',
    problem: 'mm/x.c:1: error: no',
  });
});

test('a build that fails without the series, too, is not', async (t) => {
  const { findings } = await compare({ [`${patched.id} 32-bit`]: 'no', [`${base.id} 32-bit`]: 'no' });
  t.is(findings[1]?.outcome, 'broken-before');
});

test('a compiler that is missing is named, and not held against the series', async (t) => {
  const error = new HostError('clang is missing.', { code: 'KERNEL_TOOLCHAIN_MISSING', hint: 'Install it.' });
  const { findings } = await compare({ [`${patched.id} clang`]: error }, { wanted: ['clang'] });
  t.deepEqual(findings, [
    { arch: 'x86_64', name: 'clang', outcome: 'left-out', problem: 'clang is missing. Install it.' },
  ]);
});

test('a series that does not apply ends the comparison', async (t) => {
  const error = new BuildError('The patch does not apply.', { code: 'SERIES_REJECTED' });
  await t.throwsAsync(compare({ [`${patched.id} allnoconfig`]: error }), { is: error });
});

test('an architecture builds only what it has', async (t) => {
  const { findings } = await compare({}, { arches: ['x86_64', 'arm64'], wanted: ['no-mmu'] });
  t.deepEqual(findings, [{ arch: 'arm64', name: 'no-mmu', outcome: 'builds' }]);
});
