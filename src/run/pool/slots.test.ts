import test from 'ava';
import { Slots } from './slots.ts';

test('each taker gets the lowest free number', (t) => {
  const slots = new Slots();
  const first = slots.take();
  const second = slots.take();
  t.deepEqual([first.number, second.number], [0, 1]);
  first[Symbol.dispose]();
  t.deepEqual([slots.take().number, slots.take().number], [0, 2]);
});
