import test from 'ava';
import { createComparedFinding, createComparison } from '../../../fixtures/report/fuzzed.ts';
import type { ComparedFinding, FuzzedArch } from '../../fuzz/compare/comparison-record.ts';
import { judgeComparison } from './judge-comparison.ts';

const judge = (findings: readonly Partial<ComparedFinding>[], arch: Partial<FuzzedArch> = {}) => {
  const comparison = createComparison();
  return judgeComparison({
    ...comparison,
    arches: comparison.arches.map((one) => ({ ...one, ...arch })),
    findings: findings.map((one) => createComparedFinding({ text: 'step 1: x', ...one })),
  });
};

test('a gate that did not fuzz has nothing to say', (t) => {
  t.deepEqual(judgeComparison(undefined), { bad: [], open: [] });
});

test('what was confirmed with the series only counts against it, once for all architectures', (t) => {
  t.deepEqual(judge([{}, { arch: 'arm64' }]), {
    bad: ['Fuzzing found with the series only: step 1: x [x86_64, arm64].'],
    open: [],
  });
});

for (const standing of ['both', 'fix'] as const)
  test(`what stands as "${standing}" says nothing against the series`, (t) => {
    t.deepEqual(judge([{ standing }]), { bad: [], open: [] });
  });

test('what could not be confirmed leaves the question open, but is no blame', (t) => {
  const open = ['Fuzzing found with the series only, and could not confirm: step 1: x [x86_64].'];
  t.deepEqual(judge([{ standing: 'unconfirmed', how: 'together' }]), { bad: [], open });
  t.deepEqual(judge([{ standing: 'unconfirmed', how: 'once', isTrouble: true }]), { bad: [], open });
});

test('what one program saw once, or the base alone, is mentioned only', (t) => {
  t.deepEqual(judge([{ standing: 'unconfirmed', how: 'once' }]), { bad: [], open: [] });
  t.deepEqual(judge([{ standing: 'unconfirmed', how: 'together', seenOn: 'base' }]), { bad: [], open: [] });
});

test('what only the patched kernel showed, and nothing looked into, leaves the question open', (t) => {
  const left = [
    { signature: 'died: by SIGSEGV', seenOn: 'patched' },
    { signature: 'died: by SIGBUS', seenOn: 'base' },
  ] as const;
  const both = Array.from({ length: 5 }, () => ({ standing: 'both' }) as const);
  t.deepEqual(judge(both, { ended: 'findings', left: [...left] }), {
    bad: [],
    open: ['Fuzzing found with the series only, and did not look into: died: by SIGSEGV [x86_64].'],
  });
});

test('fuzzing that ran nothing, or ended early, leaves the question open', (t) => {
  const trouble = 'The executor does not come up.';
  t.deepEqual(judge([], { ended: 'trouble', trouble }).open, [
    'Fuzzing on x86_64 ended early, after 4800 programs. The executor does not come up.',
  ]);
  t.deepEqual(judge([], { ended: 'trouble', trouble, profiles: [] }).open, [
    'No program of the fuzzer ran on x86_64. The executor does not come up.',
  ]);
  t.deepEqual(judge([], { profiles: [] }).open, ['No program of the fuzzer ran on x86_64.']);
  t.deepEqual(judge([], { ended: 'findings' }).open, []);
});
