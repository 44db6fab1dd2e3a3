import test from 'ava';
import { planRun, inapplicableCases } from '../plan/plan.ts';
import { selectCases } from '../plan/select-cases.ts';
import { createKunitSpecs } from './kunit-spec.ts';

const suite = (name: string, ...tests: readonly string[]) => ({ name, tests, isInit: false });

const FOUND = [
  {
    kernel: 'base',
    arch: 'x86_64' as const,
    suites: [
      suite('list-kunit-test', 'add', 'del'),
      suite('hash', 'or'),
      { ...suite('early', 'a'), isInit: true },
    ],
  },
  { kernel: 'base', arch: 'arm64' as const, suites: [suite('hash', 'or', 'and')] },
  {
    kernel: 'patched',
    arch: 'x86_64' as const,
    suites: [suite('hash', 'or'), suite('Handshake API tests', 'a')],
  },
];
const KERNELS = ['base', 'patched', 'unbootable'].map((id) => ({
  id,
  role: 'base' as const,
  arch: ['x86_64', 'arm64'] as const,
}));

const select = (...specs: readonly string[]) =>
  selectCases(createKunitSpecs(FOUND), { specs, cases: [], tags: [] });

const named = (...specs: readonly string[]) => select(...specs).map(({ spec }) => spec.name);

test('each suite is a spec, found by its name or a glob, and all by "kunit"', (t) => {
  t.deepEqual(named('kunit/list*', 'kunit/hash'), ['kunit/hash', 'kunit/list-kunit-test']);
  t.deepEqual(named('kunit'), [
    'kunit/Handshake_API_tests',
    'kunit/early',
    'kunit/hash',
    'kunit/list-kunit-test',
  ]);
  t.throws(() => named('kunit/hahs'), {
    message: /There is no spec "kunit\/hahs"\. Did you mean "kunit\/hash"/u,
  });
});

test('each kernel is planned with the tests that it has itself', (t) => {
  const plan = planRun({ selected: select('kunit/hash'), kernels: KERNELS, arches: undefined, repeat: 1 });
  t.deepEqual(
    plan.map(({ kernel, arch, command }) => [kernel, arch, command?.tests?.join(' ')]),
    [
      ['base', 'x86_64', 'or'],
      ['base', 'arm64', 'or and'],
      ['patched', 'x86_64', 'or'],
      // Of those that could not be asked, nothing is known.
      ['patched', 'arm64', ''],
      ['unbootable', 'x86_64', ''],
      ['unbootable', 'arm64', ''],
    ],
  );
  t.deepEqual(plan[0]?.command?.words, ['./kunit-suite', 'hash']);
  t.true(plan[0]?.shape.parameters?.includes('kunit.filter_glob=none-at-boot'));
});

test('a suite that a kernel has not, or has lost after its boot, is left out with the reason', (t) => {
  const left = inapplicableCases({
    selected: select('kunit/early', 'kunit/Handshake*'),
    kernels: KERNELS,
    arches: ['x86_64'],
  });
  t.deepEqual(
    left.map(({ kernel, spec, lacks }) => `${kernel} ${spec}: ${lacks.join()}`),
    [
      'base kunit/Handshake_API_tests: the suite in its kernel',
      'base kunit/early: the code of the suite once it has booted: it is in the init section',
      'patched kunit/early: the suite in its kernel',
    ],
  );
});

test('the kernel gets the suite’s name as it is', (t) => {
  const [{ spec }] = select('kunit/Handshake*') as [ReturnType<typeof select>[number]];
  t.deepEqual(spec.command?.words, ['./kunit-suite', 'Handshake API tests']);
});
