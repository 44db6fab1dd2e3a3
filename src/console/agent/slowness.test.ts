import test from 'ava';
import { slownessOf } from './slowness.ts';

test('a guest that takes twice the reference is twice as slow', (t) => {
  t.is(slownessOf(6_000_000), 2);
});

test('a guest faster than the reference is not given shorter deadlines than its spec states', (t) => {
  t.is(slownessOf(1), 1);
});

test('a measurement beyond belief does not make a wait endless', (t) => {
  t.is(slownessOf(Number.MAX_SAFE_INTEGER), 20);
});
