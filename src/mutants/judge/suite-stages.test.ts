import test from 'ava';
import type { PlannedCase } from '../../run/plan/plan.ts';
import type { MutantSubject } from './judge-mutant.ts';
import type { SuiteOutcome } from './suite-outcome.ts';
import { goThrough, stageSuite } from './suite-stages.ts';

const planned = (name: string): PlannedCase => ({
  spec: 'cow',
  case: name,
  about: name,
  program: 'cow.c',
  kernel: 'patched',
  arch: 'arm64',
  repeat: 1,
  shape: { cpus: 1, memoryMiB: 128 },
  timeoutMs: 1000,
  expected: {},
  location: 'cow.yaml:1',
});

const plan = [planned('read'), planned('write'), planned('fork')];

const subjectOf = (...notice: string[]): MutantSubject => ({
  name: 'copy-is-writable',
  kernel: 'patched',
  arch: 'arm64',
  planned: plan.length,
  notice: new Map(notice.map((name) => [name, [name]])),
});

const namesOf = (stages: ReturnType<typeof stageSuite>) =>
  stages.map((stage) => stage.map((one) => one.case));

/** Goes through the suite where these cases come out wrong; tells what was executed, too. */
async function observe(subject: MutantSubject, wrong: readonly string[], cut?: number) {
  const executed: string[] = [];
  const outcome = await goThrough<never>(stageSuite(plan, subject, false), subject, async (stage) => {
    const run = stage.slice(0, cut);
    executed.push(...run.map((one) => one.case));
    const found: SuiteOutcome['wrong'] = run
      .filter((one) => wrong.includes(one.case))
      .map((one) => ({ name: `cow/${one.case}`, outcome: 'failed' }));
    return { wrong: found, executed: run.length, ms: 1, took: {} };
  });
  return { executed, outcome };
}

test('the cases that a head names come first, the others in a stage of their own', (t) => {
  t.deepEqual(namesOf(stageSuite(plan, subjectOf('cow/fork'), false)), [['fork'], ['read', 'write']]);
  t.deepEqual(namesOf(stageSuite(plan, subjectOf('cow/fork'), true)), [['fork', 'read', 'write']]);
});

test('where a head names no case of the architecture, the whole suite is one stage', (t) => {
  t.deepEqual(namesOf(stageSuite(plan, subjectOf(), false)), [['read', 'write', 'fork']]);
});

test('a mutant that its cases convict is shown to no others', async (t) => {
  const { executed, outcome } = await observe(subjectOf('cow/fork'), ['fork', 'read']);
  t.deepEqual(executed, ['fork']);
  t.is(outcome.executed, 1);
});

test('a mutant that one of its cases does not notice is shown to all', async (t) => {
  const { executed, outcome } = await observe(subjectOf('cow/fork', 'cow/read'), ['fork', 'write']);
  t.deepEqual(executed, ['read', 'fork', 'write']);
  t.deepEqual(
    outcome.wrong.map(({ name }) => name),
    ['cow/fork', 'cow/write'],
  );
});

test('a mutant that stopped a stage early is shown to no others', async (t) => {
  const { executed } = await observe(subjectOf('cow/fork', 'cow/read'), [], 1);
  t.deepEqual(executed, ['read']);
});

test('an outcome that is not known ends it', async (t) => {
  const subject = subjectOf('cow/fork');
  t.is(await goThrough(stageSuite(plan, subject, false), subject, async () => undefined), undefined);
});
