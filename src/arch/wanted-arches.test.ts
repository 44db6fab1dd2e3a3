import test from 'ava';
import { DEFAULT_ARCHES, wantedArches } from './wanted-arches.ts';

test('what set-up prepares a host for is booted by default', (t) => {
  t.deepEqual(DEFAULT_ARCHES, ['x86_64', 'arm64']);
  t.deepEqual(wantedArches(['arm64', 'riscv64', 'x86_64'], undefined), ['x86_64', 'arm64']);
});

test('a kernel that offers nothing of that is booted on what it offers', (t) => {
  t.deepEqual(wantedArches(['riscv64'], undefined), ['riscv64']);
});

test('what is asked for is booted in that order, as far as it is on offer', (t) => {
  t.deepEqual(wantedArches(['x86_64', 'riscv64'], ['riscv64', 'arm64', 'x86_64']), ['riscv64', 'x86_64']);
  t.deepEqual(wantedArches(['x86_64'], ['riscv64']), []);
});
