import test from 'ava';
import { newBootWarnings } from './boot-warnings.ts';

const BASE = `[    0.000000][    T0] Linux version 6.12
[    0.120000][    T0] MTRRs disabled by BIOS
[    0.350000][    T1] zram: failed to add device 12 at 0xffff888001234000
`;

test('a line that warns and that only the patched kernel logs is found, without its stamp', (t) => {
  const patched = `${BASE}[    0.400000][    T1] WARNING: CPU: 0 PID: 1 at mm/mremap.c:12 move_vma+0x1/0x2\n`;
  t.deepEqual(newBootWarnings(BASE, patched), ['WARNING: CPU: 0 PID: 1 at mm/mremap.c:12 move_vma+0x1/0x2']);
});

test('a new line that is only news is none', (t) => {
  t.deepEqual(newBootWarnings(BASE, `${BASE}[    0.4][    T1] process_vm_mmap: ready\n`), []);
});

test('numbers, addresses, times and order make no new line', (t) => {
  const patched = `[    0.2][    T1] zram: failed to add device 7 at 0xffff88800abcd000
[    0.3][    T0] Linux version 6.12\n`;
  t.deepEqual(newBootWarnings(BASE, patched), []);
});

test('a warning that comes twice is said once', (t) => {
  const line = '[    0.5][    T1] foo: cannot allocate 5 pages\n';
  t.deepEqual(newBootWarnings(BASE, `${BASE}${line}${line.replace('5 pages', '6 pages')}`), [
    'foo: cannot allocate 5 pages',
  ]);
});

for (const line of [
  'tsc: Fast TSC calibration failed',
  'tsc: Unable to calibrate against PIT',
  "clocksource: timekeeping watchdog on CPU1: Marking clocksource 'tsc' as unstable because the skew is too large:",
  'sched_clock: Marking unstable (1000, 2)<-(3, 4)',
  'INFO: NMI handler (perf_event_nmi_handler) took too long to run: 1.2 msecs',
  'workqueue: drain_vmap_area_work hogged CPU for >10000us 4 times, consider switching to WQ_UNBOUND',
]) {
  test(`a busy host is no new warning: ${line.slice(0, 40)}`, (t) => {
    t.deepEqual(newBootWarnings(BASE, `${BASE}[    0.1][    T0] ${line}\n`), []);
  });
}

test('a warning that only quotes such a line is a warning', (t) => {
  const line = 'foo: cannot go on: tsc: Fast TSC calibration failed';
  t.deepEqual(newBootWarnings(BASE, `${BASE}[    0.1][    T0] ${line}\n`), [line]);
});

test('a known line of which the serial port lost a character is not new, one of other words is', (t) => {
  const line = 'zram: failed to d device 12 at 0xffff888001234000';
  t.deepEqual(newBootWarnings(BASE, `[    0.2][    T1] ${line}\n`), []);
  const other = 'zram: failed to use device 12 at 0xffff888001234000';
  t.deepEqual(newBootWarnings(BASE, `[    0.2][    T1] ${other}\n`), [other]);
});
