import test from 'ava';
import { placeLines } from './place-lines.ts';

const line = (text: string) => ({ patch: 'p', text });
const FILE = ['a', 'b', 'new', 'c', 'other', 'other', 'd'];

test('lines that are where the patch says stay there', (t) => {
  const added = new Map([[3, line('new')]]);
  t.deepEqual(placeLines(added, FILE), added);
});

test('a stretch that is elsewhere, and only once, is moved there', (t) => {
  const added = new Map([
    [1, line('new')],
    [2, line('c')],
    [5, line('other')],
  ]);
  t.deepEqual([...(placeLines(added, FILE) ?? []).keys()], [3, 4, 5]);
});

test('a file without the lines, or with several places for them, is told apart from one that has them', (t) => {
  t.is(placeLines(new Map([[1, line('gone')]]), FILE), undefined);
  t.is(placeLines(new Map([[1, line('other')]]), FILE), undefined);
});
