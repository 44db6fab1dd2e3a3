import test from 'ava';
import { checkRatios } from './check-ratios.ts';

const ratio = (name: string, value: number) => ({ measurement: 'clones', name, value });
const RECORDED = [ratio('clone / boot', 0.04), ratio('planning', 8)];

test('a ratio that is a quarter worse, or better, is as it was', (t) => {
  const { worse, compared } = checkRatios([ratio('clone / boot', 0.05), ratio('planning', 2)], RECORDED);
  t.deepEqual(worse, []);
  t.is(compared, 2);
});

test('a ratio that is more than a quarter worse is named', (t) => {
  const { worse } = checkRatios([ratio('clone / boot', 0.051), ratio('planning', 8)], RECORDED);
  t.deepEqual(worse, [{ name: 'clone / boot', recorded: 0.04, now: 0.051 }]);
});

test('a ratio that was never recorded is not compared, and said', (t) => {
  const { unknown, compared } = checkRatios([ratio('clone / boots', 9)], RECORDED);
  t.deepEqual(unknown, ['clone / boots']);
  t.is(compared, 0);
});
