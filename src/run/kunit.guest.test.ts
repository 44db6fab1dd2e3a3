import { resolve } from 'node:path';
import test from 'ava';
import { runInGuests } from '../../fixtures/run/run-in-guests.ts';
import { BUNDLED_KERNELS, loadKernelDefinition } from '../kernel/definition/definition.ts';
import { hostLimits } from './pool/limits.ts';
import { listSuites } from './kunit/list-suites.ts';

const FIXTURES = resolve(import.meta.dirname, '../../fixtures');

test('a KUnit suite that crashes the kernel costs itself, and no other suite', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using run = await runInGuests(resolve(FIXTURES, 'commands'), {
    kernels: [resolve(FIXTURES, 'kunit/linux-6.12-crashing.yaml')],
    arches: ['x86_64'],
    specs: ['kunit/crashing*', 'kunit/refused', 'kunit/skipping', 'kunit/hash', 'kunit/example'],
  });
  const { cases, kernels } = run.record;
  t.is(kernels[0]?.variant, 'plain-kunit');
  const seen = new Map(cases.map((one) => [`${one.spec}/${one.case}`, one]));
  const drawn = (spec: string) =>
    [...seen].flatMap(([name, { outcome }]) =>
      name.startsWith(`kunit/${spec}/`) ? [`${name.slice(spec.length + 7)} ${outcome}`] : [],
    );

  t.deepEqual(drawn('crashing_suite'), [
    'program crashed',
    'passes passed',
    'fails failed',
    'skips skipped',
    'panics crashed',
    'is_never_run crashed',
  ]);
  t.regex(seen.get('kunit/crashing_suite/program')?.problems.join() ?? '', /a test panics/u);
  t.regex(seen.get('kunit/crashing_suite/fails')?.problems.join() ?? '', /on purpose/u);
  t.is(seen.get('kunit/crashing_suite/skips')?.skipReason, 'nothing to see');

  t.deepEqual(drawn('refused'), ['program failed', 'passes crashed']);
  t.deepEqual(drawn('skipping'), ['program skipped', 'skips skipped']);

  t.deepEqual(drawn('hash'), ['program passed', 'test_string_or passed', 'test_hash_or passed']);
  t.is(seen.get('kunit/example/program')?.outcome, 'passed');
  t.is(seen.get('kunit/example/example_skip_test')?.outcome, 'skipped');
  // A test with parameters has a case for each.
  t.is(seen.get('kunit/example/example_params_test.example_value_2')?.outcome, 'passed');
});

test('a kernel without KUnit says so', async (t) => {
  t.timeout(60 * 60 * 1_000);
  const plain = await loadKernelDefinition('linux-6.12', BUNDLED_KERNELS);
  await t.throwsAsync(listSuites(plain, 'x86_64', { jobs: hostLimits(undefined).slots }), {
    code: 'KUNIT_UNSUPPORTED',
    message: 'linux-6.12 for x86_64 has no KUnit suite that can be run.',
  });
});
