import test from 'ava';
import { createSpecFixture } from '../../../fixtures/run/specs.ts';
import { UsageError } from '../../errors.ts';
import { caseTitle, inapplicableCases, planRun, type PlannableKernel } from './plan.ts';

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

test('repeats are planned cases of their own', (t) => {
  const plan = planRun({ selected, kernels: [PATCHED], arches: ['x86_64'], repeat: 3 });
  t.deepEqual(plan.filter((one) => one.case === 'b').map(caseTitle), [
    'one › b [x86_64 patched]',
    'one › b [x86_64 patched] #2',
    'one › b [x86_64 patched] #3',
  ]);
});

test('expectations are those of the role of the kernel', (t) => {
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
  t.regex(error.message, /2 cases of 1 specs, but none on arm64/u);
  t.regex(error.hint!, /kernels for x86_64/u);
});

test('a case that requires what a kernel lacks is left out there, and said to be', (t) => {
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
