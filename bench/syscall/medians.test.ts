import test from 'ava';
import { median, medianOf } from './medians.ts';
import { shuffle } from './shuffle.ts';

test('a median is taken field by field', (t) => {
  t.deepEqual(
    medianOf([
      { id: 'a', n: 1, deep: { n: 30 } },
      { id: 'a', n: 3, deep: { n: 10 } },
      { id: 'a', n: 2, deep: { n: 20 } },
    ]),
    { id: 'a', n: 2, deep: { n: 20 } },
  );
  t.is(median([4, 1]), 3);
});

test('a seed repeats an order, and another one gives another', (t) => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  t.deepEqual(shuffle(items, 3), shuffle(items, 3));
  t.notDeepEqual(shuffle(items, 3), shuffle(items, 4));
  t.deepEqual(
    shuffle(items, 3).toSorted((left, right) => left - right),
    items,
  );
});
