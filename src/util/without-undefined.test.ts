import test from 'ava';
import { withoutUndefined } from './without-undefined.ts';

test('drops undefined properties, but not other empty ones', (t) => {
  t.deepEqual(withoutUndefined({ a: undefined, b: null, c: 0, d: '', e: false }), {
    b: null,
    c: 0,
    d: '',
    e: false,
  });
});

test('a property that may be undefined fits an optional one', (t) => {
  const line = [7].at(0);
  const place: { readonly file: string; readonly line?: number } = withoutUndefined({
    file: 'mm/mmap.c',
    line,
  });
  t.deepEqual(place, { file: 'mm/mmap.c', line: 7 });
  t.false('line' in withoutUndefined({ line: [1].at(1) }));
});
