import test from 'ava';
import { bootWarnings, newBootWarnings } from './boot-warnings.ts';

const records = (...all: readonly (readonly [level: number, text: string])[]): string =>
  all.map(([level, text], index) => `${level},${index},${index * 100},-;${text}\n`).join('');

test('the level of a message decides, not its words', (t) => {
  const log = records(
    [6, 'no errors, nothing failed'],
    [4, 'a quiet remark'],
    [3, 'zram: gone'],
    [7, 'BUG: x'],
  );
  t.deepEqual(bootWarnings(log), ['a quiet remark', 'zram: gone']);
});

test('what differs between boots does not make a warning new', (t) => {
  const before = bootWarnings(records([4, 'x: 17 pages at 0xffff8880 failed']));
  const after = bootWarnings(records([4, 'x: 18 pages at 0xffff9990 failed']));
  t.deepEqual(newBootWarnings([before], after), []);
});

test('a warning that none of the other boots gave is new, and told once', (t) => {
  const after = bootWarnings(records([4, 'x: 1 failed'], [4, 'x: 2 failed'], [4, 'y: failed']));
  t.deepEqual(newBootWarnings([[], ['y: failed']], after), ['x: 1 failed']);
});

test('echoes of the command line are no warnings', (t) => {
  const log = records(
    [4, 'Kernel command line: console=ttyS0 panic=-1'],
    [5, 'Command line: panic=-1'],
    [4, 'Unknown kernel command line parameters "x", will be passed to user space.'],
  );
  t.deepEqual(bootWarnings(log), []);
});

for (const line of [
  'tsc: Fast TSC calibration failed',
  'tsc: Unable to calibrate against PIT',
  "clocksource: timekeeping watchdog on CPU1: Marking clocksource 'tsc' as unstable because the skew is too large:",
  'sched_clock: Marking unstable (1000, 2)<-(3, 4)',
  'INFO: NMI handler (perf_event_nmi_handler) took too long to run: 1.2 msecs',
  'perf: interrupt took too long (2503 > 2500)',
  'workqueue: drain_vmap_area_work hogged CPU for >10000us 4 times, consider switching to WQ_UNBOUND',
]) {
  test(`a busy host is no warning: ${line.slice(0, 40)}`, (t) => {
    t.deepEqual(bootWarnings(records([3, line])), []);
  });
}

test('a warning that only quotes such a line is one', (t) => {
  const line = 'foo: cannot go on: tsc: Fast TSC calibration failed';
  t.deepEqual(bootWarnings(records([3, line])), [line]);
});

test('each line of a message of several counts, and what is no record does not', (t) => {
  t.deepEqual(bootWarnings(`kgate: 3 kernel messages were overwritten\n${records([4, 'one\\x0atwo'])}`), [
    'one',
    'two',
  ]);
});
