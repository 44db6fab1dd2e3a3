import test from 'ava';
import { BootError, classifyBoot } from './boot-error.ts';

const EXITED = { exitCode: 0, signal: undefined };
const text = '[    0.1] Linux version 6.12.0\r\n';
const panic = `${text}[    0.9] Kernel panic - not syncing: VFS: Unable to mount root fs\r\n`;

const classes = test.macro({
  exec(t, args: Parameters<typeof classifyBoot>, expected: ReturnType<typeof classifyBoot>) {
    t.is(classifyBoot(...args), expected);
  },
  title: (name) => `a boot that ${name}`,
});

test('ends after a panic, panicked', classes, [panic, EXITED, false], 'panicked');
test('hangs after a panic, panicked', classes, [panic, undefined, false], 'panicked');
test('ends without a panic, was reset', classes, [text, EXITED, false], 'reset');
test('never says a word, is silent', classes, ['\r\n', undefined, true], 'silent');
test('says no more, has stalled', classes, [text, undefined, true], 'stalled');
test('still talks, is not ready', classes, [text, undefined, false], 'not-ready');
test(
  'ends with a status of QEMU’s own is QEMU’s failure',
  classes,
  ['', { exitCode: 1, signal: undefined }, false],
  undefined,
);
test(
  'is ended by a signal is QEMU’s failure',
  classes,
  [text, { exitCode: undefined, signal: 'SIGBUS' }, false],
  undefined,
);

test('the error shows the last twenty lines, what the processors did, the log’s path and the command', (t) => {
  const lines = Array.from({ length: 30 }, (_, index) => `[    ${index}.0] line ${index}`);
  const error = new BootError('stalled', {
    subject: 'kernel k (x86_64, plain)',
    afterMs: 30_400,
    consoleText: `${lines.join('\r\n')}\r\n`,
    processors: [
      {
        kind: 'processor',
        of: 'Processor 0 was in the kernel',
        stack: [
          { symbol: 'mutex_lock', offset: 2, size: 4 },
          { symbol: 'sleep_for_ever', offset: 2, size: 4 },
        ],
        registers: {},
      },
    ],
    logPath: '/logs/k.log',
    command: 'qemu-system-x86_64 -no-reboot',
  });
  t.is(error.code, 'BOOT_STALLED');
  t.is(
    error.message,
    'The kernel k (x86_64, plain) stopped writing to the console, and the agent was not ready 30.4 s after its start.',
  );
  t.deepEqual(error.detail?.split('\n'), [
    'The last console lines:',
    ...lines.slice(10),
    'Processor 0 was in the kernel in sleep_for_ever.',
    '  mutex_lock',
    '  sleep_for_ever',
    'The whole console: /logs/k.log',
    'The machine: qemu-system-x86_64 -no-reboot',
  ]);
});
