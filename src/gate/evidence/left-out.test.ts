import test from 'ava';
import { buildSymbolsOf, conditionsAt, makefilesAbove } from './left-out.ts';

const TREE: Readonly<Record<string, string>> = {
  'mm/Makefile':
    'obj-y := slab.o\nobj-$(CONFIG_ZSWAP) += zswap.o \\\n\tzpool.o\nobj-$(CONFIG_KASAN) += kasan/\nmemory-y := vma.o\n',
  'mm/kasan/Makefile': 'obj-y := common.o\nobj-$(CONFIG_KASAN_GENERIC) += generic.o\n',
  'drivers/zoo/Kbuild':
    'obj-$(CONFIG_ZOO) += zoo.o\nzoo-y := animals.o cages.o\nzoo-$(CONFIG_ZOO_DEBUG) += debug.o\n',
};
const textOf = (path: string) => TREE[path]?.split('\n');

test('the symbol of an object is that of its line in the makefile, continued or not', (t) => {
  t.deepEqual(buildSymbolsOf('mm/zswap.c', textOf), ['ZSWAP']);
  t.deepEqual(buildSymbolsOf('mm/zpool.c', textOf), ['ZSWAP']);
  t.deepEqual(buildSymbolsOf('mm/slab.c', textOf), []);
});

test('folders ask for symbols, too', (t) => {
  t.deepEqual(buildSymbolsOf('mm/kasan/generic.c', textOf), ['KASAN_GENERIC', 'KASAN']);
});

test('an object that is part of another one asks for what that one asks', (t) => {
  t.deepEqual(buildSymbolsOf('drivers/zoo/cages.c', textOf), ['ZOO']);
  t.deepEqual(buildSymbolsOf('drivers/zoo/debug.c', textOf), ['ZOO_DEBUG', 'ZOO']);
});

test('headers and texts are built by no makefile', (t) => {
  t.deepEqual(buildSymbolsOf('include/linux/mm.h', textOf), []);
  t.deepEqual(makefilesAbove('mm/kasan/generic.c'), [
    'mm/kasan/Kbuild',
    'mm/kasan/Makefile',
    'mm/Kbuild',
    'mm/Makefile',
  ]);
});

const FILE = [
  '#ifdef CONFIG_NUMA',
  'a();',
  '#if defined(CONFIG_X) && IS_ENABLED(CONFIG_Y)',
  'b();',
  '#endif',
  '#else',
  'c();',
  '#endif',
  '#if !defined(CONFIG_Z)',
  'd();',
  '#endif',
  'e();',
];

test('conditions around a line are told, and what a negation asks is not', (t) => {
  t.deepEqual(conditionsAt(FILE, 2), ['NUMA']);
  t.deepEqual(conditionsAt(FILE, 4), ['NUMA', 'X', 'Y']);
  t.deepEqual(conditionsAt(FILE, 7), []);
  t.deepEqual(conditionsAt(FILE, 10), []);
  t.deepEqual(conditionsAt(FILE, 12), []);
});
