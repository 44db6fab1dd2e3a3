import test from 'ava';
import type { MutantResult } from '../../mutants/judge/mutants-record.ts';
import { describeMutant } from './mutants-summary.ts';

const KILLED: MutantResult = {
  name: 'no-flush',
  kernel: 'linux-6.12',
  arch: 'x86_64',
  killed: true,
  by: ['munmap/last_page', 'brk/shrink'],
  byAssertion: ['brk/shrink'],
  unnoticed: [],
  planned: 9,
  executed: 9,
  ms: 1_000,
};

test('a line names the cases that noticed, assertions first', (t) => {
  t.is(describeMutant(KILLED), 'no-flush [x86_64 linux-6.12] killed by brk/shrink, munmap/last_page');
});

test('cases that should have noticed are told from those that did', (t) => {
  t.is(
    describeMutant({ ...KILLED, unnoticed: ['mremap/shrink'] }),
    'no-flush [x86_64 linux-6.12] killed by brk/shrink, munmap/last_page, but not by mremap/shrink, which its header names',
  );
});

test('a bug that no case noticed survived', (t) => {
  t.is(
    describeMutant({ ...KILLED, killed: false, by: [], byAssertion: [] }),
    'no-flush [x86_64 linux-6.12] survived',
  );
});
