import test from 'ava';
import { clipLine } from './clip-line.ts';

test('a line within the limit does not change', (t) => {
  t.is(clipLine('12345', 5), '12345');
});

test('a longer line keeps its beginning, and the rest is counted', (t) => {
  t.is(clipLine('123456789', 5), '12345… [kgate: 4 characters left out]');
});

test('no character is cut in two', (t) => {
  t.is(clipLine('1234🐧5', 5), '1234… [kgate: 3 characters left out]');
});
