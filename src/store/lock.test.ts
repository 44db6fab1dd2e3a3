import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { InterruptedError } from '../errors.ts';
import { runCommand } from '../process/run-command.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { acquireLock } from './lock.ts';

test('a second holder waits for the first, and says so once', async (t) => {
  await using folder = await createTemporaryFolder('kgate-lock');
  const path = join(folder.path, 'thing');
  const first = await acquireLock(path);
  let waits = 0;
  const second = acquireLock(path, { onWait: () => waits++ });
  await delay(350);
  t.is(waits, 1);
  await first[Symbol.asyncDispose]();
  await (await second)[Symbol.asyncDispose]();
  t.is(waits, 1);
});

test('an abort ends the wait', async (t) => {
  await using folder = await createTemporaryFolder('kgate-lock');
  const path = join(folder.path, 'thing');
  await using _held = await acquireLock(path);
  const abort = new AbortController();
  const waiting = acquireLock(path, { signal: abort.signal, onWait: () => abort.abort() });
  await t.throwsAsync(waiting, { instanceOf: InterruptedError });
});

test('a lock that somebody removes ends its holder with an error of its own', async (t) => {
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
