import test from 'ava';
import { createNameMatcher } from './name-matcher.ts';

const isNamed = createNameMatcher(`
  kfree* __warn_* *_trap *sanitizer* dput
  _raw_lock
`);

test('a star stands for any beginning or rest', (t) => {
  for (const name of ['kfree', 'kfree_skb', 'do_int3_trap', '__sanitizer_cov_trace_pc', 'dput'])
    t.true(isNamed(name), name);
  for (const name of ['foo_kfree', 'trap_init', 'dputs', 'fdput', 'sanitize']) t.false(isNamed(name), name);
});

test('a name without underscores before it stands for those with them, but not the other way round', (t) => {
  for (const name of ['__kfree', '___dput', '__warn_printk', '_raw_lock']) t.true(isNamed(name), name);
  for (const name of ['warn_printk', 'raw_lock', '__foo']) t.false(isNamed(name), name);
});
