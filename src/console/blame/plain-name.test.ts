import test from 'ava';
import { plainName } from './plain-name.ts';

/** Symbols of stacks, and what their functions are called. */
const NAMES: readonly (readonly [symbol: string, name: string])[] = [
  ['f+0x1/0x2', 'f'],
  ['f.isra.0.cold', 'f'],
  ['__x64_sys_read', 'sys_read'],
  ['__ia32_sys_read', 'sys_read'],
  ['__arm64_sys_read', 'sys_read'],
  ['__riscv_sys_read', 'sys_read'],
  ['__se_sys_read', 'sys_read'],
  ['__do_sys_read.constprop.0', 'sys_read'],
  ['ksys_read', 'read'],
  ['SyS_read', 'read'],
  ['__sys_bind', 'bind'],
  ['__do_softirq', '__do_softirq'],
  ['sys_', 'sys_'],
];

for (const [symbol, name] of NAMES) {
  test(`${symbol} is called ${name}`, (t) => {
    t.is(plainName(symbol), name);
  });
}
