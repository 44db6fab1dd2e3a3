import test from 'ava';
import { setTimeout as delay } from 'node:timers/promises';
import { HostError, InterruptedError } from '../errors.ts';
import { countChildren } from './children.ts';
import { runCommand } from './run-command.ts';

test('a failing command is a result with its status and its output', async (t) => {
  const result = await runCommand('sh', ['-c', 'echo out; echo err >&2; exit 3']);
  t.is(result.exitCode, 3);
  t.is(result.stdout, 'out');
  t.true(result.output.includes('err'));
});

test('lines arrive while the command runs', async (t) => {
  const lines: string[] = [];
  await runCommand('sh', ['-c', 'echo one; echo two'], { onLine: (line) => lines.push(line) });
  t.deepEqual(lines, ['one', 'two']);
});

test('a missing program is a HostError that names it', async (t) => {
  const error = await t.throwsAsync(runCommand('kgate-no-such-program', []), { instanceOf: HostError });
  t.regex(error.message, /kgate-no-such-program/u);
});

test.serial('an abort ends the whole process group before the promise settles', async (t) => {
  const abort = new AbortController();
  const marker = `86400.${process.pid}`;
  const running = runCommand('sh', ['-c', `sleep ${marker} & wait`], { signal: abort.signal });
  await delay(100);
  abort.abort();
  await t.throwsAsync(running, { instanceOf: InterruptedError });
  const left = await runCommand('pgrep', ['-f', `^sleep ${marker}`]);
  t.is(left.stdout, '');
  t.is(countChildren(), 0);
});
