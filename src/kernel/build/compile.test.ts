import test from 'ava';
import { expectedBuildMs, remainingBuildMs } from './compile.ts';

test('the first build is expected to take as long as one did elsewhere, later ones as long as the last', (t) => {
  t.is(expectedBuildMs({}, 2), 177_500);
  t.is(expectedBuildMs({ fullMs: 60_000 }, 2), 60_000);
});

test('time left counts linking, and is not spoken of while nearly nothing is there', (t) => {
  t.is(remainingBuildMs({ done: 50, expected: 1_000, elapsedMs: 5_000 }, {}), undefined);
  const history = { fullMs: 100_000, linkMs: 20_000 };
  // All objects take 80 s at this pace, and linking a fifth of the whole.
  t.is(remainingBuildMs({ done: 500, expected: 1_000, elapsedMs: 40_000 }, history), 60_000);
  t.is(remainingBuildMs({ done: 1_000, expected: 1_000, elapsedMs: 80_000 }, history), 20_000);
});
