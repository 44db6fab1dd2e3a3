import test from 'ava';
import { createSpecFixture } from '../../../fixtures/run/specs.ts';
import { planRun, type PlannedCase } from '../plan/plan.ts';
import type { CaseResult, Outcome } from '../record/record.ts';
import { judgeRun } from './judge-run.ts';

const spec = createSpecFixture('one', ['a', 'b', 'c']);
const plan = planRun({
  selected: [{ spec, cases: spec.cases }],
  kernels: [{ id: 'k', role: 'patched', arch: ['x86_64'] }],
  arches: ['x86_64'],
  repeat: 1,
});

const result = ({ expected, ...planned }: PlannedCase, outcome: Outcome): CaseResult => ({
  spec: planned.spec,
  case: planned.case,
  about: planned.about,
  program: planned.program,
  kernel: planned.kernel,
  arch: planned.arch,
  repeat: planned.repeat,
  accel: 'tcg',
  outcome,
  ms: 1,
  attempts: 1,
  observations: {},
  expected,
  problems: [],
  location: planned.location,
});

const results = (...outcomes: Outcome[]): CaseResult[] =>
  outcomes.map((outcome, index) => result(plan[index]!, outcome));

test('a run passes when exactly the planned cases passed', (t) => {
  t.deepEqual(judgeRun(plan, results('passed', 'passed', 'passed'), false), {
    verdict: 'passed',
    reasons: [],
  });
});

test('skipped cases do not keep a run from passing, unless all are skipped', (t) => {
  t.is(judgeRun(plan, results('passed', 'skipped', 'skipped'), false).verdict, 'passed');
  const all = judgeRun(plan, results('skipped', 'skipped', 'skipped'), false);
  t.is(all.verdict, 'failed');
  t.regex(all.reasons.join(' '), /Every executed case was skipped/u);
});

for (const outcome of ['failed', 'crashed', 'hung'] as const) {
  test(`one case that ${outcome === 'hung' ? outcome : `is ${outcome}`} fails the run`, (t) => {
    const { verdict, reasons } = judgeRun(plan, results('passed', outcome, 'infra-error'), false);
    t.is(verdict, 'failed');
    t.true(reasons.includes(`1 case ${outcome}.`));
  });
}

test('a harness failure is not a failure of the subject', (t) => {
  t.is(judgeRun(plan, results('passed', 'infra-error', 'passed'), false).verdict, 'infra-error');
});

test('a run that executed fewer cases than planned cannot pass', (t) => {
  const { verdict, reasons } = judgeRun(plan, results('passed', 'passed'), false);
  t.is(verdict, 'infra-error');
  t.deepEqual(reasons, ['1 of 3 planned cases were not executed: one › c [x86_64 k].']);
});

test('cases are compared by name: one executed twice does not stand in for another', (t) => {
  const twice = [...results('passed', 'passed'), result(plan[0]!, 'passed')];
  t.is(judgeRun(plan, twice, false).verdict, 'infra-error');
});

test('a run that executed nothing cannot pass', (t) => {
  t.not(judgeRun(plan, [], false).verdict, 'passed');
  t.not(judgeRun([], [], false).verdict, 'passed');
});

test('an interrupted run says so no matter what passed before', (t) => {
  t.is(judgeRun(plan, results('passed', 'passed', 'passed'), true).verdict, 'interrupted');
});
