import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { execa } from 'execa';

/** How many lines of a log show why a command failed. */
const LAST_LINES = 40;

/** How a command ended. */
export interface LoggedRun {
  readonly exitCode: number | undefined;
  /** What it said, both streams. */
  readonly output: string;
  readonly seconds: number;
}

/** Where a command runs, and where its output goes. */
export interface LoggedOptions {
  readonly log: string;
  readonly cwd: string;
  /** What ends it if this process ends first. */
  readonly killSignal?: 'SIGTERM' | 'SIGKILL';
}

/** Runs a command whose output goes to a file as it comes, so that it can be followed for the hours that it takes. */
export async function runLogged(
  file: string,
  args: readonly string[],
  { log, cwd, killSignal = 'SIGTERM' }: LoggedOptions,
): Promise<LoggedRun> {
  await mkdir(dirname(log), { recursive: true });
  const started = performance.now();
  const child = execa(file, args, {
    cwd,
    all: true,
    reject: false,
    maxBuffer: 2 ** 28,
    stdin: 'ignore',
    killSignal,
  });
  const copy = child.all.pipe(createWriteStream(log));
  const { exitCode, all } = await child;
  await finished(copy);
  return { exitCode, output: all, seconds: Math.round((performance.now() - started) / 1_000) };
}

/** The end of what a command said. */
export function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
}
