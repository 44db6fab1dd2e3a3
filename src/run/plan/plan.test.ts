import test from 'ava';
import { createSpecFixture } from '../../../fixtures/run/specs.ts';
import { UsageError } from '../../errors.ts';
import { caseTitle, inapplicableCases, planRun, type PlannableKernel, type PlanOptions } from './plan.ts';

const BASE: PlannableKernel = { id: 'base', role: 'base', arch: ['x86_64', 'arm64'] };
const PATCHED: PlannableKernel = { id: 'patched', role: 'patched', arch: ['x86_64'] };
const spec = createSpecFixture('one', ['a', 'b']);
const selected = [{ spec, cases: spec.cases }];

test('every case is planned on every kernel and architecture that offer it', (t) => {
  const plan = planRun({ selected, kernels: [PATCHED, BASE], arches: ['x86_64', 'arm64'], repeat: 1 });
  t.deepEqual(plan.map(caseTitle), [
    'one › a [x86_64 patched]',
    'one › b [x86_64 patched]',
    'one › a [x86_64 base]',
    'one › b [x86_64 base]',
    'one › a [arm64 base]',
    'one › b [arm64 base]',
  ]);
});

test('each repeat is a separate planned case', (t) => {
  const plan = planRun({ selected, kernels: [PATCHED], arches: ['x86_64'], repeat: 3 });
  t.deepEqual(plan.filter((one) => one.case === 'b').map(caseTitle), [
    'one › b [x86_64 patched]',
    'one › b [x86_64 patched] #2',
    'one › b [x86_64 patched] #3',
  ]);
});

test('expectations follow the role of the kernel', (t) => {
  const own = createSpecFixture('one', ['a'], 'on: { base: { every: { call.errno: ENOSYS } } }\n');
  const plan = planRun({
    selected: [{ spec: own, cases: own.cases }],
    kernels: [PATCHED, BASE],
    arches: ['x86_64'],
    repeat: 1,
  });
  t.deepEqual(
    plan.map(({ expected }) => expected['call.errno']),
    ['EFAULT', 'ENOSYS'],
  );
});

test('a plan of nothing is an error that names both sides', (t) => {
  const error = t.throws(() => planRun({ selected, kernels: [PATCHED], arches: ['arm64'], repeat: 1 }), {
    instanceOf: UsageError,
    code: 'RUN_EMPTY',
  });
  t.regex(error.message, /2 cases of 1 spec, but none on arm64/u);
  t.regex(error.hint!, /kernels for x86_64/u);
});

test('a case that requires something a kernel lacks is left out there, and reported', (t) => {
  const own = createSpecFixture('one', ['a'], 'requires: [CONFIG_NUMA, "linux >= 6.10"]\n');
  const symbols = { x86_64: new Set(['CONFIG_NUMA']), arm64: new Set<string>() };
  const options = {
    selected: [{ spec: own, cases: own.cases }],
    kernels: [
      { ...BASE, id: 'new', abilities: { symbols, version: [6, 12] } },
      { ...BASE, id: 'old', abilities: { symbols, version: [6, 1] } },
    ] as const,
    arches: ['x86_64', 'arm64'],
  } as const;
  t.deepEqual(planRun({ ...options, repeat: 1 }).map(caseTitle), ['one › a [x86_64 new]']);
  t.deepEqual(inapplicableCases(options), [
    { spec: 'one', case: 'a', kernel: 'new', arch: 'arm64', lacks: ['CONFIG_NUMA'] },
    { spec: 'one', case: 'a', kernel: 'old', arch: 'x86_64', lacks: ['linux >= 6.10'] },
    { spec: 'one', case: 'a', kernel: 'old', arch: 'arm64', lacks: ['CONFIG_NUMA', 'linux >= 6.10'] },
  ]);
  const error = t.throws(() => planRun({ ...options, arches: ['arm64'], repeat: 1 }), { code: 'RUN_EMPTY' });
  t.regex(error.message, /none on arm64 with what they require: CONFIG_NUMA, linux >= 6\.10\./u);
});

test('an architecture that set-up does not install is planned when asked for', (t) => {
  const kernels = [{ ...BASE, arch: ['riscv64', 'x86_64'] }] as const;
  const titles = (arches: PlanOptions['arches']) =>
    planRun({ selected, kernels, arches, repeat: 1 }).map(caseTitle);
  t.deepEqual(titles(undefined), ['one › a [x86_64 base]', 'one › b [x86_64 base]']);
  t.deepEqual(titles(['riscv64']), ['one › a [riscv64 base]', 'one › b [riscv64 base]']);
});

test('a spec that names no architecture is for all architectures of its kernel', (t) => {
  const kernels = [{ ...BASE, arch: ['riscv64'] }] as const;
  const own = createSpecFixture('one', ['a'], 'arch: [arm64]\n');
  t.is(planRun({ selected, kernels, arches: undefined, repeat: 1 }).length, 2);
  const error = t.throws(
    () => planRun({ selected: [{ spec: own, cases: own.cases }], kernels, arches: undefined, repeat: 1 }),
    { code: 'RUN_EMPTY' },
  );
  t.regex((error as UsageError).hint!, /^The cases are for arm64, the kernels for riscv64\./u);
});

test('32-bit programs are not applicable where an architecture has no toolchain for them', (t) => {
  const own = { ...spec, program: 'compat/callers.c' };
  const kernels = [{ ...BASE, arch: ['arm64', 'riscv64'] }] as const;
  const options = {
    selected: [{ spec: own, cases: own.cases.slice(0, 1) }],
    kernels,
    arches: ['arm64', 'riscv64'],
  } as const;
  t.deepEqual(planRun({ ...options, repeat: 1 }).map(caseTitle), ['one › a [arm64 base]']);
  t.deepEqual(inapplicableCases(options), [
    { spec: 'one', case: 'a', kernel: 'base', arch: 'riscv64', lacks: ['32-bit programs'] },
  ]);
});
