import test from 'ava';
import { compareConfigs } from './compare-configs.ts';

test('every symbol that differs is named, with its values on both kernels', (t) => {
  const base = new Map([
    ['A', 'y'],
    ['B', '1'],
    ['SAME', 'y'],
  ]);
  const patched = new Map([
    ['B', '2'],
    ['C', 'y'],
    ['SAME', 'y'],
  ]);
  const { onlyBase, onlyPatched, changed } = compareConfigs(base, patched);
  t.deepEqual(onlyBase, ['A=y']);
  t.deepEqual(onlyPatched, ['C=y']);
  t.deepEqual(changed, ['B: 1 on the base, 2 with the series']);
});

test('the host’s Rust compiler counts only where a kernel has Rust in it', (t) => {
  const before = new Map([['RUSTC_VERSION', '109500']]);
  const after = new Map([['RUSTC_VERSION', '0']]);
  t.deepEqual(compareConfigs(before, after).differing, []);
  const withRust = compareConfigs(new Map([...before, ['RUST', 'y']]), after);
  t.deepEqual(
    withRust.differing.map(({ symbol }) => symbol),
    ['RUST', 'RUSTC_VERSION'],
  );
});
