import test from 'ava';
import { createRecord, createResult } from '../../../fixtures/report/results.ts';
import { createSpecFixture } from '../../../fixtures/run/specs.ts';
import { UsageError } from '../../errors.ts';
import { failedPlaces, planAmong } from './last-failed.ts';
import { caseTitle, planRun } from './plan.ts';

const spec = createSpecFixture('one', ['a', 'b']);
const plan = planRun({
  selected: [{ spec, cases: spec.cases }],
  kernels: [{ id: 'k', role: 'patched', arch: ['x86_64', 'arm64'] }],
  arches: ['x86_64', 'arm64'],
  repeat: 2,
});

test('what failed is planned where it failed, with all its repeats', (t) => {
  const on = { spec: 'one', kernel: 'k', arch: 'x86_64' } as const;
  const known = { reason: 'r', expires: '2030-01-01' };
  const record = createRecord([
    createResult({ ...on, case: 'a', outcome: 'passed' }),
    createResult({ ...on, case: 'b', outcome: 'crashed' }),
    createResult({ ...on, case: 'a', arch: 'arm64', outcome: 'failed', known }),
    createResult({ ...on, case: 'b', arch: 'arm64', outcome: 'skipped' }),
  ]);
  t.deepEqual(planAmong(plan, failedPlaces(record)).map(caseTitle), [
    'one › b [x86_64 k]',
    'one › b [x86_64 k] #2',
  ]);
});

test('a run in which nothing failed, or nothing that is planned, is an error', (t) => {
  const error = t.throws(() => failedPlaces(createRecord([createResult()])), {
    instanceOf: UsageError,
    code: 'RUN_NOTHING_FAILED',
  });
  t.regex(error.message, /^No case failed in the last run, \S+\.$/u);
  const elsewhere = failedPlaces(createRecord([createResult({ outcome: 'hung' })]));
  t.throws(() => planAmong(plan, elsewhere), { instanceOf: UsageError, code: 'RUN_EMPTY' });
});
