import test from 'ava';
import { createCountedBackend, defineCounted } from '../../fixtures/coverage/counted-backend.ts';
import { compileCountedProgram } from '../../fixtures/coverage/counted-program.ts';
import { createSpecFixture } from '../../fixtures/run/specs.ts';
import type { ArchName } from '../arch/architectures.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { planRun } from '../run/plan/plan.ts';
import { gccLineCounter } from './line-counter.ts';

const ONE_LINE = 7;

test('a case is told on the architectures of the plan alone', async (t) => {
  await using counted = await compileCountedProgram();
  await using folder = await createTemporaryFolder('kgate-describe');
  const definition = await defineCounted(folder.path, counted);
  const counter = gccLineCounter.attach(await createCountedBackend(counted), 'counted');
  const { backend } = counter;
  const { signal } = new AbortController();
  const step = { signal, sink: () => {} };
  const kernel = await backend.buildKernel(definition, 'x86_64', step);
  const shape = { cpus: 1, memoryMiB: 320 };
  const opening = await backend.openTemplate(
    { kernel, image: await backend.buildImage(kernel, step), shape },
    step,
  );
  const guest = opening.kind === 'opened' ? await opening.template.clone(signal) : undefined;
  await guest?.runCase({ spec: 'one', program: 'area/one', case: 'with_1', timeoutMs: 1_000 });

  const spec = createSpecFixture('one', ['with_1']);
  const casesOn = async (...arches: readonly ArchName[]) => {
    const kernels = [{ id: 'counted', role: 'patched', arch: arches } as const];
    const plan = planRun({ selected: [{ spec, cases: spec.cases }], kernels, arches, repeat: 1 });
    const series = { kernel: 'counted', counted: 'counted', series: definition.series };
    const [subject] = (await counter.describe(series, plan, signal))?.subjects ?? [];
    const lines = subject?.files[0]?.hunks.flatMap((hunk) => hunk.lines);
    return lines?.[ONE_LINE - 1]?.arches.x86_64?.cases;
  };
  t.is(await casesOn('x86_64', 'arm64'), 1);
  t.is(await casesOn('arm64'), 0);
});
