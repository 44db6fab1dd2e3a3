import test from 'ava';
import { createCountedBackend, defineCounted } from '../../fixtures/coverage/counted-backend.ts';
import { compileCountedProgram, type CountedProgram } from '../../fixtures/coverage/counted-program.ts';
import { createSpecFixture } from '../../fixtures/run/specs.ts';
import { InfraError, UsageError } from '../errors.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import type { Backend } from '../run/execute/backend.ts';
import { planRun } from '../run/plan/plan.ts';
import type { CaseResult } from '../run/record/record.ts';
import type { Spec } from '../spec/spec.ts';
import { collectCoverage, planCoverage } from './collect-coverage.ts';
import { loadCoverage } from './load-coverage.ts';

/** The line `return -1;`, which runs without arguments, and so in the boot. */
const BOOT_LINE = 5;
/** The line `return 0;`, which runs with one argument. */
const ONE_LINE = 7;
/** The line `return 1;`, which runs with more. */
const MORE_LINE = 8;

async function collect(
  counted: CountedProgram,
  folder: string,
  cases: readonly string[],
  backend: Backend<KernelDefinition>,
  {
    results = [],
    more = [],
  }: { readonly results?: readonly CaseResult[]; readonly more?: readonly Spec[] } = {},
) {
  const kernel = await defineCounted(folder, counted);
  const specs = [createSpecFixture('one', cases), ...more];
  return collectCoverage({
    plan: planRun({
      selected: specs.map((spec) => ({ spec, cases: spec.cases })),
      kernels: [kernel],
      arches: ['x86_64'],
      repeat: 2,
    }),
    kernels: [kernel],
    specs,
    backend,
    limits: { slots: 1, memoryMiB: 1_024 },
    run: { id: 'r', path: folder },
    results,
    version: '0.0.0',
    step: { signal: new AbortController().signal, sink: () => {} },
  });
}

test('counts beyond the boot belong to the case, and the record is beside the run’s', async (t) => {
  await using counted = await compileCountedProgram();
  await using folder = await createTemporaryFolder('kgate-coverage');
  const backend = await createCountedBackend(counted);
  const record = await collect(counted, folder.path, ['with_4', 'with_1'], backend);
  t.deepEqual(record, await loadCoverage(folder.path));
  t.deepEqual(record.notices, []);
  t.deepEqual(record.cases, [
    { spec: 'one', case: 'with_4' },
    { spec: 'one', case: 'with_1' },
  ]);
  const [subject] = record.subjects;
  t.deepEqual(subject!.patches, ['0001-add-counted.patch']);
  t.is(subject!.builds[0]!.counted, 2, 'a repeated case is counted once');
  const lines = subject!.files[0]!.hunks.flatMap((hunk) => hunk.lines);
  const coverageOf = (line: number) => lines[line - 1]!.arches.x86_64;
  t.deepEqual(coverageOf(BOOT_LINE), { count: 1, cases: 0 });
  t.deepEqual(coverageOf(ONE_LINE), { count: 1, cases: 1, first: 1 });
  t.deepEqual(coverageOf(MORE_LINE), { count: 1, cases: 1, first: 0 });
  t.deepEqual(subject!.files[0]!.never, []);
});

test('the same case of one program, on another machine, is a case of its own', async (t) => {
  await using counted = await compileCountedProgram();
  await using folder = await createTemporaryFolder('kgate-coverage');
  const two = createSpecFixture('two', ['with_1'], 'machine: { memory: 512 MiB }\n');
  const record = await collect(counted, folder.path, ['with_1'], await createCountedBackend(counted), {
    more: [{ ...two, program: 'area/one.c' }],
  });
  t.deepEqual(record.cases, [
    { spec: 'one', case: 'with_1' },
    { spec: 'two', case: 'with_1' },
  ]);
  const lines = record.subjects[0]!.files[0]!.hunks.flatMap((hunk) => hunk.lines);
  t.deepEqual(lines[ONE_LINE - 1]!.arches.x86_64, { count: 2, cases: 2, first: 0 });
});

test('a line that no case reaches is named with its function', async (t) => {
  await using counted = await compileCountedProgram();
  await using folder = await createTemporaryFolder('kgate-coverage');
  const record = await collect(counted, folder.path, ['with_1'], await createCountedBackend(counted));
  t.deepEqual(record.subjects[0]!.files[0]!.never, [{ from: MORE_LINE, to: MORE_LINE, function: 'sign' }]);
});

test('a case that ends differently than in the run itself is named', async (t) => {
  await using counted = await compileCountedProgram();
  await using folder = await createTemporaryFolder('kgate-coverage');
  const before = {
    spec: 'one',
    case: 'with_1',
    kernel: 'counted',
    arch: 'x86_64',
    repeat: 1,
    outcome: 'failed',
  };
  const backend = await createCountedBackend(counted);
  const record = await collect(counted, folder.path, ['with_1'], backend, {
    results: [before as CaseResult],
  });
  t.deepEqual(record.notices, [
    'one › with_1 [x86_64 counted]: passed on the kernel with counters, but failed without.',
  ]);
});

test('counters that are not where they were linked stop the counting instead of reading as zero', async (t) => {
  await using counted = await compileCountedProgram();
  await using folder = await createTemporaryFolder('kgate-coverage');
  const backend = await createCountedBackend(counted, async () => Buffer.alloc(20));
  const error = await t.throwsAsync(collect(counted, folder.path, ['with_1'], backend), {
    instanceOf: InfraError,
  });
  t.is(error.code, 'COVERAGE_NOTHING_COUNTED');
  t.regex(error.message, /are not where the x86_64 kernel was linked to have them/u);
  t.is(await loadCoverage(folder.path), undefined);
});

test('kernels without a series are not counted, and a run of nothing else is refused', (t) => {
  const error = t.throws(() => planCoverage([], []), { instanceOf: UsageError });
  t.is(error.code, 'COVERAGE_NO_SERIES');
});
