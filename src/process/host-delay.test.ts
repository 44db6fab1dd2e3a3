import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { spawn } from 'node:child_process';
import test from 'ava';
import { hostDelayMs } from './host-delay.ts';

test('a process that shares its processor waits, and one that sleeps does not', async (t) => {
  const asleep = spawn('sleep', ['60']);
  const busy = Array.from({ length: availableParallelism() * 3 }, () =>
    spawn('sh', ['-c', 'while :; do :; done']),
  );
  try {
    await delay(1_500);
    const waited = busy.map(({ pid }) => hostDelayMs(pid ?? 0));
    t.true(Math.max(...waited) > 300, waited.join(' '));
    t.true(hostDelayMs(asleep.pid ?? 0) < Math.max(...waited) / 2);
  } finally {
    for (const child of [asleep, ...busy]) child.kill('SIGKILL');
  }
});

test('of a process that is gone nothing is known', (t) => {
  t.is(hostDelayMs(2 ** 30), 0);
});
