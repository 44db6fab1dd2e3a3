import test from 'ava';
import { parseTextSymbols } from './text-symbols.ts';

const find = parseTextSymbols(`ffffffff81000000 T _stext
ffffffff81000000 T _text
ffffffff81000100 t first
ffffffff81000140 D data
ffffffff81000140 T second
ffffffff81000200 D __data
`);

test('an address is in the function that begins before it', (t) => {
  t.deepEqual(find(0xffffffff81000110n), { symbol: 'first', offset: 0x10, size: 0x40 });
  t.deepEqual(find(0xffffffff81000140n), { symbol: 'second', offset: 0, size: 0xc0 });
});

test('data and addresses outside the kernel are in no function', (t) => {
  t.is(find(0xffffffff81000210n), undefined);
  t.is(find(0x1000n), undefined);
});
