import { createHash } from 'node:crypto';
import { readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { InterruptedError } from '../errors.ts';
import { ownName } from '../process/owner.ts';
import { runCommand } from '../process/run-command.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { acquireLock } from './lock.ts';
import type { LockHolder } from './lock-holder.ts';

test('a second holder waits for the first, and reports once whom it waits for and since when', async (t) => {
  await using folder = await createTemporaryFolder('kgate-lock');
  const path = join(folder.path, 'thing');
  const first = await acquireLock(path);
  const before = Date.now();
  const holders: LockHolder[] = [];
  const second = acquireLock(path, { onWait: (holder) => void holders.push(holder!) });
  await delay(350);
  t.is(holders.length, 1);
  await first[Symbol.asyncDispose]();
  await (await second)[Symbol.asyncDispose]();
  t.is(holders.length, 1);
  t.is(holders[0]?.pid, process.pid);
  const since = holders[0]?.since?.getTime() ?? before;
  t.true(Math.abs(since - before) < 10_000);
});

test('an abort ends the wait', async (t) => {
  await using folder = await createTemporaryFolder('kgate-lock');
  const path = join(folder.path, 'thing');
  await using _held = await acquireLock(path);
  const abort = new AbortController();
  const waiting = acquireLock(path, { signal: abort.signal, onWait: () => abort.abort() });
  await t.throwsAsync(waiting, { instanceOf: InterruptedError });
});

test('a removed lock ends its holder with a specific error', async (t) => {
  await using folder = await createTemporaryFolder('kgate-lock');
  const path = join(folder.path, 'thing');
  const script = `
    import { rm } from 'node:fs/promises';
    import { acquireLock } from '${join(import.meta.dirname, 'lock.ts')}';
    await acquireLock('${path}');
    await rm('${path}.lock', { recursive: true });
    setTimeout(() => {}, 60_000);`;
  const result = await runCommand(process.execPath, ['--input-type=module', '--eval', script]);
  t.is(result.exitCode, 1);
  t.regex(result.output, /STORE_LOCK_LOST/u);
});

test('the lock of a killed process is taken over at once, by one of many', async (t) => {
  await using folder = await createTemporaryFolder('kgate-lock');
  const path = join(folder.path, 'thing');
  const script = `
    import { acquireLock } from '${join(import.meta.dirname, 'lock.ts')}';
    await acquireLock('${path}');
    process.kill(process.pid, 'SIGKILL');`;
  await runCommand(process.execPath, ['--input-type=module', '--eval', script]);
  t.regex(await readlink(`${path}.lock`), /\./u);
  const began = performance.now();
  let [inside, most] = [0, 0];
  const enter = async () => {
    await using _lock = await acquireLock(path);
    inside += 1;
    most = Math.max(most, inside);
    await delay(5);
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 8 }, enter));
  t.is(most, 1);
  t.true(performance.now() - began < 30_000);
  t.deepEqual(await readdir(folder.path), []);
});

test('a lock is still freed when the process taking it over is killed, too', async (t) => {
  await using folder = await createTemporaryFolder('kgate-lock');
  const path = join(folder.path, 'thing');
  const [machine, boot] = ownName().split('.');
  const gone = (start: string) => [machine, boot, '1', `${start}zz`].join('.');
  await symlink(gone('1'), `${path}.lock`);
  const right = createHash('sha256').update(gone('1')).digest('hex').slice(0, 16);
  await symlink(gone('2'), `${path}.lock.${right}`);
  await (await acquireLock(path))[Symbol.asyncDispose]();
  t.deepEqual(await readdir(folder.path), []);
});

test('the lock of another machine is respected as long as its owner may live', async (t) => {
  await using folder = await createTemporaryFolder('kgate-lock');
  const path = join(folder.path, 'thing');
  const [machine, ...rest] = ownName().split('.');
  await symlink([machine === 'ffff' ? 'eeee' : 'ffff', ...rest].join('.'), `${path}.lock`);
  const signal = AbortSignal.timeout(400);
  await t.throwsAsync(acquireLock(path, { signal }), { instanceOf: InterruptedError });
  t.deepEqual(await readdir(folder.path), ['thing.lock']);
});
