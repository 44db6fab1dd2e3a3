import test from 'ava';
import { DEFAULT_ARCHES, wantedArches } from './wanted-arches.ts';

test('the architectures of set-up are booted by default', (t) => {
  t.deepEqual(DEFAULT_ARCHES, ['x86_64', 'arm64']);
  t.deepEqual(wantedArches(['arm64', 'riscv64', 'x86_64'], undefined), ['x86_64', 'arm64']);
});

test('a kernel for none of these is booted on those it supports', (t) => {
  t.deepEqual(wantedArches(['riscv64'], undefined), ['riscv64']);
});

test('requested architectures are booted in that order, if supported', (t) => {
  t.deepEqual(wantedArches(['x86_64', 'riscv64'], ['riscv64', 'arm64', 'x86_64']), ['riscv64', 'x86_64']);
  t.deepEqual(wantedArches(['x86_64'], ['riscv64']), []);
});
