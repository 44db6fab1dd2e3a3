import test from 'ava';
import * as fc from 'fast-check';
import type { NumberedRecord } from './record.ts';
import { createRecordSequence } from './sequence.ts';

const record = (n: number): NumberedRecord => ({ n, k: 'nonce', t: 'fault', reason: String(n) });
const numbersOf = (records: readonly NumberedRecord[]) => records.map(({ n }) => n);

test('records come out in order and once, in whatever order and however often they arrive', (t) => {
  const arrivals = fc.integer({ min: 1, max: 40 }).chain((count) =>
    fc.tuple(
      fc.shuffledSubarray(
        Array.from({ length: count }, (_, index) => index + 1),
        { minLength: count },
      ),
      fc.array(fc.integer({ min: 1, max: count })),
    ),
  );
  const property = fc.property(arrivals, ([order, repeats]) => {
    const sequence = createRecordSequence();
    const taken: number[] = [];
    for (const n of [...repeats.slice(0, 5), ...order, ...repeats]) {
      sequence.add(record(n));
      taken.push(...numbersOf(sequence.takeInOrder()));
    }
    t.deepEqual(
      taken,
      order.toSorted((a, b) => a - b),
    );
    t.deepEqual(sequence.missing(), []);
  });
  t.notThrows(() => fc.assert(property));
});

test('gaps are named up to the highest number heard of', (t) => {
  const sequence = createRecordSequence();
  for (const n of [1, 4, 5, 8]) sequence.add(record(n));
  sequence.expectUpTo(10);
  t.deepEqual(sequence.missing(), [
    { from: 2, to: 3 },
    { from: 6, to: 7 },
    { from: 9, to: 10 },
  ]);
  t.is(sequence.completeUpTo, 1);
});

test('what lies beyond a gap can be had when the gap will never be filled', (t) => {
  const sequence = createRecordSequence();
  for (const n of [5, 1, 3]) sequence.add(record(n));
  t.deepEqual(numbersOf(sequence.takeRest()), [1, 3, 5]);
});

test('a number from nowhere is not believed', (t) => {
  const sequence = createRecordSequence();
  t.false(sequence.add(record(4_000_000_000)));
  sequence.expectUpTo(4_000_000_000);
  t.deepEqual(sequence.missing(), []);
});
