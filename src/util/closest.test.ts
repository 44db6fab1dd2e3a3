import test from 'ava';
import { closest, suggest } from './closest.ts';

test('a swap of two neighbours is one mistake', (t) => {
  t.is(closest('exepct', ['about', 'expect', 'arch']), 'expect');
});

test('the nearest of several candidates wins', (t) => {
  t.is(closest('vdso_hole', ['vdso_whole', 'vdso_hold_up', 'vvar_whole']), 'vdso_whole');
});

test('case does not count', (t) => {
  t.is(closest('efault', ['EFAULT', 'EINVAL']), 'EFAULT');
});

test('nothing is suggested when nothing is near', (t) => {
  t.is(closest('banana', ['expect', 'about']), undefined);
});

test('an unknown name gets the short list when nothing is near', (t) => {
  t.is(suggest('banana', ['b', 'a']), ' Known: a, b.');
  t.is(
    suggest(
      'banana',
      Array.from({ length: 40 }, (_, index) => `candidate_${index}`),
    ),
    '',
  );
});
