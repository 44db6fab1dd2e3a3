import test from 'ava';
import { parseBound } from './mutant-bound.ts';

test('a bound is a number of bugs or a time', (t) => {
  t.deepEqual(parseBound('20'), { kind: 'count', count: 20 });
  t.deepEqual(parseBound('90s'), { kind: 'time', ms: 90_000 });
  t.deepEqual(parseBound('10m'), { kind: 'time', ms: 600_000 });
  t.deepEqual(parseBound('10min'), { kind: 'time', ms: 600_000 });
  t.deepEqual(parseBound('1h'), { kind: 'time', ms: 3_600_000 });
});

for (const text of ['', '0', '-1', '1.5', '10 m', 'm', '10ms', 'mremap', '9999999'])
  test(`"${text}" is no bound`, (t) => {
    t.is(parseBound(text), undefined);
  });
