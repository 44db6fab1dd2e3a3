import test from 'ava';
import { setTimeout as delay } from 'node:timers/promises';
import { mapConcurrently } from './map-concurrently.ts';

test('results keep the order of the items', async (t) => {
  const results = await mapConcurrently([30, 1, 10], 3, async (ms) => {
    await delay(ms);
    return ms;
  });
  t.deepEqual(results, [30, 1, 10]);
});

test('no more items than the limit are in progress', async (t) => {
  let running = 0;
  let most = 0;
  await mapConcurrently([1, 2, 3, 4, 5], 2, async () => {
    running += 1;
    most = Math.max(most, running);
    await delay(1);
    running -= 1;
  });
  t.is(most, 2);
});

test('after a failure nothing new starts, and running items are awaited', async (t) => {
  const begun: number[] = [];
  let finished = 0;
  const mapping = mapConcurrently([1, 2, 3, 4], 2, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error('first');
    await delay(5);
    finished += 1;
  });
  await t.throwsAsync(mapping, { message: 'first' });
  t.deepEqual(begun, [1, 2]);
  t.is(finished, 1);
});
