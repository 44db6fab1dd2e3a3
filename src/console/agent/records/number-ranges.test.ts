import test from 'ava';
import { describeNumbers } from './number-ranges.ts';

for (const [numbers, text] of [
  [[3], '3'],
  [[3, 4], '3 to 4'],
  [[3, 5, 6, 7, 12], '3, 5 to 7 and 12'],
  [[1, 3, 5, 7, 9, 11, 13, 15, 17, 18, 19, 30], '1, 3, 5, 7, 9, 11, 13, 15 and 4 more'],
] as const) {
  test(`numbers are told as ${text}`, (t) => t.is(describeNumbers(numbers), text));
}
