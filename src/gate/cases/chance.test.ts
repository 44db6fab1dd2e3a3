import test from 'ava';
import * as fc from 'fast-check';
import { chanceOf } from './chance.ts';

const of = (baseWrong: number, baseRuns: number, patchedWrong: number, patchedRuns: number): number =>
  chanceOf({ wrong: baseWrong, runs: baseRuns }, { wrong: patchedWrong, runs: patchedRuns });

test('known values of the exact test come out', (t) => {
  // One of 252 ways to choose which 5 of 10 runs are wrong.
  t.is(of(0, 5, 5, 5), 1 / 252);
  t.is(of(0, 6, 1, 6), 0.5);
  // Fisher's tea: at least three of four cups right, 17 of 70 ways.
  t.true(Math.abs(of(1, 4, 3, 4) - 17 / 70) < 1e-12);
});

test('nothing wrong anywhere, or everything, tells nothing', (t) => {
  t.is(of(0, 6, 0, 6), 1);
  t.is(of(6, 6, 6, 6), 1);
  t.is(of(0, 0, 3, 6), 1);
});

test('it is a probability, and shrinks the more often only one kernel is wrong', (t) => {
  const runs = fc.integer({ min: 1, max: 20 });
  fc.assert(
    fc.property(runs, runs, fc.nat(20), fc.nat(20), (before, after, a, b) => {
      const [baseWrong, patchedWrong] = [Math.min(a, before), Math.min(b, after)];
      const chance = of(baseWrong, before, patchedWrong, after);
      const worse = patchedWrong < after ? of(baseWrong, before, patchedWrong + 1, after) : 0;
      return chance > 0 && chance <= 1 + 1e-9 && (baseWrong > 0 || worse <= chance + 1e-9);
    }),
  );
  t.pass();
});
