import test from 'ava';
import { newTaint } from './taint.ts';

test('only flags that were not there before are new', (t) => {
  t.deepEqual(newTaint(0b1, 0b1), []);
  t.deepEqual(newTaint(4096, 4096 | 128), ['D (the kernel died: Oops or BUG)']);
});

test('an unknown flag is named by its bit', (t) => {
  t.deepEqual(newTaint(0, 2 ** 40), ['bit 40 (unknown to kgate)']);
});
