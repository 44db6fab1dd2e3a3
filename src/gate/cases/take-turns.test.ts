import test from 'ava';
import { createSpecFixture } from '../../../fixtures/run/specs.ts';
import { planRun, type PlannableKernel } from '../../run/plan/plan.ts';
import { takeTurns } from './take-turns.ts';

const kernel = (id: string): PlannableKernel => ({ id, role: 'patched', arch: ['x86_64', 'arm64'] });

test('the two kernels of a case are next to each other and take turns in going first', (t) => {
  const spec = createSpecFixture('one', ['a', 'b']);
  const plan = planRun({
    selected: [{ spec, cases: spec.cases }],
    kernels: [kernel('p'), kernel('b')],
    arches: ['x86_64', 'arm64'],
    repeat: 1,
  });
  t.deepEqual(
    takeTurns(plan, { base: 'b', patched: 'p' }).map((one) => `${one.arch} ${one.case} ${one.kernel}`),
    [
      'x86_64 a b',
      'x86_64 a p',
      'x86_64 b p',
      'x86_64 b b',
      'arm64 a b',
      'arm64 a p',
      'arm64 b p',
      'arm64 b b',
    ],
  );
});
