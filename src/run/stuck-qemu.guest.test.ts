import { readdir, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { createRealMachine } from '../../fixtures/guests/real-machine.ts';
import { InfraError } from '../errors.ts';
import { openTemplate } from '../vm/template/template.ts';
import { asRunGuest } from './execute/host-guest.ts';

/** The emulators that this process started with files of a folder; other tests have other emulators. */
async function emulatorsUsing(folder: string): Promise<readonly number[]> {
  const threads = await readdir('/proc/self/task');
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/self/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  const children = lists.flatMap((list) => list.split(' ').filter(Boolean));
  const commands = await Promise.all(
    children.map(
      async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')] as const,
    ),
  );
  return commands
    .filter(([, command]) => /^[^\0]*qemu-system/u.test(command) && command.includes(folder))
    .map(([pid]) => Number(pid));
}

test('a stopped QEMU is a harness failure, not a kernel that hangs', async (t) => {
  t.timeout(20 * 60 * 1_000);
  const programs = resolve(import.meta.dirname, '../../fixtures/outcomes/guests/programs');
  await using machine = await createRealMachine('x86_64', 'linux-6.12', [programs]);
  await using template = await openTemplate(machine.options);
  const clone = await template.clone();
  await using guest = asRunGuest(clone, { ...machine.options, qemu: '', slowness: 1 }, async () => []);
  const running = guest.runCase({
    spec: 'endings',
    program: 'outcomes/endings',
    case: 'hung_program',
    timeoutMs: 5_000,
  });
  await delay(2_000);
  // Not all of them may belong to this guest: the one that made the template may still be exiting.
  const found = await emulatorsUsing(dirname(template.bootLog));
  t.not(found.length, 0);
  for (const pid of found) process.kill(pid, 'SIGSTOP');
  const error = await t.throwsAsync(running, { instanceOf: InfraError });
  t.is(error.code, 'VM_QEMU_STUCK');
  t.regex(error.message, /^QEMU is stuck: neither its guest nor its monitor answered/u);
});
