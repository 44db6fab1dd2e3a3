import test from 'ava';
import { isKernelPath } from './is-kernel-path.ts';

for (const path of ['mine.yaml', './mine.yaml', '/srv/kernels/mine.yaml'])
  test(`${path} is a kernel file`, (t) => t.true(isKernelPath(path)));

for (const name of ['linux-6.12', 'origin/master', 'v6.12', 'mm/mm-unstable'])
  test(`${name} is not a kernel file`, (t) => t.false(isKernelPath(name)));
