import test from 'ava';
import { kconfigSymbolsOf } from './kconfig-symbols.ts';

const patch = (path: string, hunk: string): string => {
  const lines = hunk.split('\n');
  const count = (mark: string) => lines.filter((line) => !line.startsWith(mark)).length;
  return `--- a/${path}\n+++ b/${path}\n@@ -1,${count('+')} +1,${count('-')} @@ config BEFORE\n${hunk}\n`;
};

test('a symbol that is defined, and what it selects, is the own doing of a series', (t) => {
  const text = patch(
    'mm/Kconfig',
    ' # end\n+config CLONE\n+\tbool "clone"\n+\tdepends on MMU\n+\tselect XARRAY_MULTI',
  );
  t.deepEqual([...kconfigSymbolsOf([text])].toSorted(), ['CLONE', 'XARRAY_MULTI']);
});

test('an entry that is changed further down is known from context', (t) => {
  t.deepEqual(
    [
      ...kconfigSymbolsOf([
        patch('mm/Kconfig', ' config ZSWAP\n \tbool "zswap"\n-\tdefault n\n+\tdefault y'),
      ]),
    ],
    ['ZSWAP'],
  );
});

test('an entry that is named behind the hunk’s second @@ alone counts', (t) => {
  t.deepEqual(
    [...kconfigSymbolsOf([patch('init/Kconfig', ' \tbool "x"\n-\tdefault n\n+\tdefault y')])],
    ['BEFORE'],
  );
});

test('other files speak of no symbols', (t) => {
  t.deepEqual([...kconfigSymbolsOf([patch('mm/mmap.c', ' a\n+config X')])], []);
});
