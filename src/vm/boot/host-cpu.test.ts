import test from 'ava';
import { parseTscKhz } from './host-cpu.ts';

const cpuinfo = (flags: string, bogomips: string) =>
  `processor\t: 0\nmodel name\t: Intel(R) Xeon(R) Processor\nflags\t\t: fpu tsc ${flags}\nbogomips\t: ${bogomips}\n`;

test('the time stamp counter ticks half as often as the BogoMIPS say', (t) => {
  t.is(parseTscKhz(cpuinfo('constant_tsc nonstop_tsc', '5200.00')), 2_600_000);
});

test('a counter whose rate follows the processor’s clock has no frequency', (t) => {
  t.is(parseTscKhz(cpuinfo('nonstop_tsc', '5200.00')), undefined);
});

test('an impossible frequency is not believed', (t) => {
  t.is(parseTscKhz(cpuinfo('constant_tsc', '48.00')), undefined);
  t.is(parseTscKhz(cpuinfo('constant_tsc', '99999.99')), undefined);
});

test('a host that reports no BogoMIPS has no frequency', (t) => {
  t.is(parseTscKhz(''), undefined);
  t.is(parseTscKhz('flags : constant_tsc\n'), undefined);
});
