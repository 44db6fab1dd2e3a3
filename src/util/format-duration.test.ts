import test from 'ava';
import { formatDuration } from './format-duration.ts';

test('a duration has a fitting unit', (t) => {
  t.deepEqual([0, 999, 1_000, 12_340, 59_949, 59_950, 252_000, 3_600_000].map(formatDuration), [
    '0 ms',
    '999 ms',
    '1.0 s',
    '12.3 s',
    '59.9 s',
    '1 min 0 s',
    '4 min 12 s',
    '60 min 0 s',
  ]);
});
