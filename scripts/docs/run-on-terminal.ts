import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import type { TerminalStep } from './placement.ts';
import { runAsUser, type UserCommand, type UserResult } from './run-as-user.ts';

const TERMINAL = join(import.meta.dirname, '../../fixtures/cli/terminal.py');
const PATIENCE_MS = 20 * 60_000;

/** Runs a command on a pseudo-terminal, and does what a user at it does. */
export async function runOnTerminal(
  command: UserCommand,
  steps: readonly TerminalStep[],
): Promise<UserResult> {
  const started = performance.now();
  const { script, cwd, env, log } = command;
  const child = spawn('python3', [TERMINAL, '33', '101', 'bash', '-c', script], { cwd, env, detached: true });
  const copy = createWriteStream(log);
  let shown = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
      copy.write(text);
    });
  const visible = () => stripVTControlCharacters(shown);
  const ended = once(child, 'close');
  let seen = 0;
  let problem = '';
  const until = performance.now() + PATIENCE_MS;
  for (const { shown: awaited, type, runWith } of steps) {
    let found = awaited.exec(visible().slice(seen));
    while (found === null && child.exitCode === null && performance.now() < until) {
      await delay(100);
      found = awaited.exec(visible().slice(seen));
    }
    if (found === null) {
      problem = `the terminal never showed ${String(awaited)}`;
      child.kill();
      break;
    }
    seen += found.index + found[0].length;
    if (type !== undefined) child.stdin.write(type);
    if (runWith === undefined) continue;
    const other = await runAsUser({ ...command, script: `${found[0]}${runWith}`, log: `${log}.other` });
    if (other.exitCode !== 0) problem = `${found[0]} ended with ${other.exitCode ?? 'a signal'}`;
  }
  const [exitCode] = (await ended) as [number | null];
  copy.end();
  const seconds = Math.round((performance.now() - started) / 1_000);
  const left = problem === '' ? [] : [problem];
  return { exitCode: exitCode ?? undefined, output: shown, seconds, stopped: false, left };
}
