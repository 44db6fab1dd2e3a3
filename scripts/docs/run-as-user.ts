import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { processesOf } from '../kills/leftovers.ts';
import { MARK } from './places.ts';

/** How long a command may take, and how long after Ctrl-C. */
const PATIENCE_MS = 90 * 60_000;
const STOP_MS = 120_000;
const SETTLE_MS = 10_000;

export interface UserCommand {
  readonly script: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly log: string;
  readonly shell?: string;
  /** Ctrl-C once this is printed. */
  readonly until?: RegExp | undefined;
}

/** How a user's command ended. */
export interface UserResult {
  readonly exitCode: number | undefined;
  readonly output: string;
  readonly seconds: number;
  /** It was given Ctrl-C, as it had printed what was waited for. */
  readonly stopped: boolean;
  /** Names of processes that it left behind. They are killed. */
  readonly left: readonly string[];
}

/** Runs a line of a shell as a terminal would, without one: in a process group of its own, which gets Ctrl-C. */
export async function runAsUser({
  script,
  cwd,
  env,
  log,
  shell = 'bash',
  until,
}: UserCommand): Promise<UserResult> {
  await mkdir(dirname(log), { recursive: true });
  const started = performance.now();
  const options = { cwd, env, extendEnv: false, all: true, reject: false, stdin: 'ignore' } as const;
  const child = execa(shell, ['-c', script], { ...options, detached: true, maxBuffer: 2 ** 28 });
  const copy = createWriteStream(log);
  copy.write(`${cwd}$ ${script}\n`);
  child.all.pipe(copy);
  const group = -(child.pid ?? Number.NaN);
  let printed = '';
  let stopped = false;
  const impatience = [setTimeout(() => kill(group, 'SIGKILL'), PATIENCE_MS)];
  child.all.on('data', (part: Buffer) => {
    printed += part.toString();
    if (stopped || until?.test(printed) !== true) return;
    stopped = true;
    kill(group, 'SIGINT');
    impatience.push(setTimeout(() => kill(group, 'SIGKILL'), STOP_MS));
  });
  const { exitCode, all } = await child;
  for (const one of impatience) clearTimeout(one);
  const left = await leftBehind(env[MARK] ?? '');
  return { exitCode, output: all, seconds: Math.round((performance.now() - started) / 1_000), stopped, left };
}

async function leftBehind(mark: string): Promise<string[]> {
  const until = performance.now() + SETTLE_MS;
  let found = await processesOf(mark);
  while (found.length > 0 && performance.now() < until) {
    await delay(200);
    found = await processesOf(mark);
  }
  for (const { pid } of found) kill(pid, 'SIGKILL');
  return found.map(({ name }) => name);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
