import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createCountedBackend, defineCounted } from '../../fixtures/coverage/counted-backend.ts';
import { compileCountedProgram } from '../../fixtures/coverage/counted-program.ts';
import { createSeries } from '../../fixtures/gate/series.ts';
import { createSpecFixture } from '../../fixtures/run/specs.ts';
import { gccLineCounter } from '../coverage/line-counter.ts';
import { loadCoverage } from '../coverage/load-coverage.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import type { Backend } from '../run/execute/backend.ts';
import { planRun } from '../run/plan/plan.ts';
import { NO_ALLOWANCE } from '../run/tolerated/allowance.ts';
import { runGate } from './run-gate.ts';

/** A gate of a program in place of a kernel: the compiler's own counters, and gcov to read them. */
async function gate(cases: readonly string[]) {
  const root = await createTemporaryFolder('kgate-counted-gate');
  process.env['KGATE_CACHE'] = join(root.path, 'cache');
  const counted = await compileCountedProgram();
  const patched = await defineCounted(root.path, counted);
  const base: KernelDefinition = { ...patched, id: 'base', role: 'base', series: [] };
  const config = join(root.path, 'config');
  await writeFile(config, 'CONFIG_MMU=y\n');
  const programs = await createCountedBackend(counted);
  const executed: string[] = [];
  const backend: Backend<KernelDefinition> = {
    ...programs,
    buildKernel: async (kernel, arch, step) => ({
      ...(await programs.buildKernel(kernel, arch, step)),
      buildId: kernel.id,
      config,
    }),
    async openTemplate(request, step) {
      const opening = await programs.openTemplate(request, step);
      if (opening.kind !== 'opened') return opening;
      const clone = async (signal: AbortSignal) => {
        const guest = await opening.template.clone(signal);
        return {
          ...guest,
          runCase: (one: Parameters<typeof guest.runCase>[0]) => {
            executed.push(`${request.kernel.id} ${one.case}`);
            return guest.runCase(one);
          },
        };
      };
      return { kind: 'opened', template: { ...opening.template, clone } };
    },
  };
  const spec = createSpecFixture('one', cases);
  const kernels = [base, patched];
  const finished = await runGate({
    series: createSeries(),
    subjects: { base, patched, chosen: '--base', expected: 'It was said.' },
    command: [],
    suite: {
      plan: planRun({ selected: [{ spec, cases: spec.cases }], kernels, arches: ['x86_64'], repeat: 1 }),
      kernels,
      specs: [spec],
      inapplicable: [],
      allowance: NO_ALLOWANCE,
      known: [],
    },
    counter: gccLineCounter,
    filtered: false,
    reuse: false,
    perCommit: false,
    backend,
    limits: { slots: 1, memoryMiB: 1_024 },
    root: root.path,
    version: '0.0.0',
    step: { signal: new AbortController().signal, sink: () => {} },
  });
  return {
    ...finished,
    executed,
    [Symbol.asyncDispose]: async () => {
      await root[Symbol.asyncDispose]();
      await counted[Symbol.asyncDispose]();
    },
  };
}

test.serial(
  'the suite runs once, on the kernel with counters, and tells which lines of the series ran',
  async (t) => {
    await using set = await gate(['with_1', 'with_2', 'with_3']);
    const { record, folder, executed } = set;
    t.is(record.verdict, 'good', record.reasons.join(' '));
    t.is(record.patched.counted, 'counted-counted');
    t.true((record.changed?.lines ?? 0) > 0);
    t.is(record.changed?.ran, record.changed?.lines);
    t.is(executed.filter((one) => one.startsWith('counted-counted ')).length, 3);
    // Case with_3 executed nothing that with_2 had not.
    t.deepEqual(
      executed.filter((one) => one.startsWith('counted ')),
      ['counted with_1', 'counted with_2'],
    );
    const coverage = await loadCoverage(folder.path);
    t.deepEqual(
      coverage?.subjects.map(({ kernel }) => kernel),
      ['counted'],
    );
  },
);

test.serial('a line that no case reaches is missing from what ran', async (t) => {
  await using set = await gate(['with_1']);
  const { changed, verdict } = set.record;
  t.is(verdict, 'good');
  t.is(changed?.ran, (changed?.lines ?? 0) - 1);
});
