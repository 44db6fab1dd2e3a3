import test from 'ava';
import { createResult } from '../../../fixtures/report/results.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { classifyCase } from './classify.ts';
import type { ComparedCase } from './gated-cases.ts';
import { judgeGate } from './judge-gate.ts';

type Runs = readonly Partial<CaseResult>[];

/** A case with these executions; undefined if its kernel lacks what it requires. */
function compared(name: string, base: Runs | undefined, patched: Runs | undefined): ComparedCase {
  const on = (kernel: string, runs: Runs = []) =>
    runs.map((one) => createResult({ spec: 'one', case: name, kernel, slot: 0, ...one }));
  const [before, after] = [on('base', base), on('patched', patched)];
  const plan = { repeat: 1, onBase: base !== undefined, onPatched: patched !== undefined };
  const classification = classifyCase(before, after, plan);
  return { spec: 'one', case: name, arch: 'x86_64', base: before, patched: after, classification };
}

function judge(...cases: readonly ComparedCase[]): readonly string[] {
  const { verdict, reasons } = judgeGate(cases, { bad: [], open: [] }, false);
  return [verdict, ...reasons];
}

const passed = [{}];
const failed = [{ outcome: 'failed' }] as const;
const skipped = [{ outcome: 'skipped' }] as const;
const unbooted = [{ outcome: 'crashed', slot: undefined }] as const;

test('cases that pass where the base lacks the feature are judged', (t) => {
  t.deepEqual(judge(compared('a', undefined, passed)), ['good']);
  t.deepEqual(judge(compared('a', skipped, passed), compared('b', skipped, skipped)), ['good']);
});

test('only what was skipped is said to be', (t) => {
  t.deepEqual(judge(compared('a', skipped, skipped)), ['infra-error', 'Every case was skipped.']);
  t.deepEqual(judge(compared('a', undefined, skipped)), ['infra-error', 'Every case was skipped.']);
  t.deepEqual(judge(compared('a', failed, skipped)), [
    'infra-error',
    'Every case was skipped with the series.',
  ]);
  t.deepEqual(judge(compared('a', skipped, skipped), compared('b', [], passed)), [
    'infra-error',
    '1 case could not be compared.',
  ]);
});

test('what is bad and cannot be compared says which kernel was tested', (t) => {
  t.deepEqual(judge(compared('a', undefined, failed), compared('b', passed, undefined)), [
    'bad',
    '1 case is wrong with the series, and cannot run on the base: one › a.',
    '1 case was tested on the base, and not with the series: one › b.',
  ]);
});

test('a machine on which the base does not boot is told by its architecture', (t) => {
  t.deepEqual(judge(compared('a', unbooted, unbooted), compared('b', unbooted, failed)), [
    'infra-error',
    'The base does not boot on x86_64: 2 cases could not be compared.',
  ]);
  t.deepEqual(judge(compared('a', unbooted, unbooted), compared('b', passed, passed)), [
    'infra-error',
    'The base does not boot on one of the machines for x86_64: 1 case could not be compared.',
  ]);
});
