import test from 'ava';
import { isOfTimeOnly, seriousTaint, titleOfTaint, type Trouble } from './trouble.ts';

const TROUBLE: Trouble = { kind: 'splat', title: '', splats: [], console: '', stacks: [] };
const splat = (kind: 'rcu-stall' | 'warning') => ({ kind, title: kind, lines: [] }) as never;

test('the taint of a soft lockup is none that a program causes', (t) => {
  t.is(seriousTaint(1n << 14n), 0n);
  t.is(seriousTaint((1n << 14n) | (1n << 9n)), 1n << 9n);
  t.is(titleOfTaint(2 ** 9), 'the kernel became tainted: W (a warning was issued)');
});

test('hangs, stalls and lockups only say that something took too long', (t) => {
  t.true(isOfTimeOnly({ ...TROUBLE, kind: 'program-hung' }));
  t.true(isOfTimeOnly({ ...TROUBLE, splats: [splat('rcu-stall')] }));
  t.false(isOfTimeOnly({ ...TROUBLE, splats: [splat('rcu-stall'), splat('warning')] }));
  t.false(isOfTimeOnly({ ...TROUBLE, kind: 'died' }));
});
