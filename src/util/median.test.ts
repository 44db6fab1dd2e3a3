import test from 'ava';
import { median } from './median.ts';

test('the middle one, or the mean of the two in the middle', (t) => {
  t.is(median([3, 1, 2]), 2);
  t.is(median([4, 1, 2, 3]), 2.5);
  t.is(median([7]), 7);
  t.is(median([]), 0);
});
