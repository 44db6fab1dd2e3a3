import { execa } from 'execa';
import { HostError, InterruptedError } from '../errors.ts';
import { GROUP_LEADER, killTree, trackChild } from './children.ts';
import { withoutUndefined } from '../util/without-undefined.ts';

export interface RunCommandOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** False makes `env` the whole environment. */
  readonly inheritEnv?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly input?: string | Uint8Array;
  /** One character for each byte of output, the last line end included: for output that may be in any encoding. */
  readonly asBytes?: boolean;
  /** Called for each line of stdout and stderr as it arrives, without its end. */
  readonly onLine?: (line: string) => void;
}

/** A command that ended by itself, whatever its status. */
export interface CommandResult {
  /** As a shell takes it. */
  readonly command: string;
  /** `undefined` when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  /** stdout and stderr as they were interleaved. */
  readonly output: string;
}

const NOT_STARTED = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM']);

/**
 * Runs a command to its end and returns its output; a non-zero status is a result, not an exception.
 * Throws HostError when the program does not exist and InterruptedError when the signal fired, after the whole
 * process group is gone.
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: RunCommandOptions = {},
): Promise<CommandResult> {
  if (options.signal?.aborted) throw new InterruptedError();
  const child = trackChild(
    execa(file, args, {
      ...GROUP_LEADER,
      reject: false,
      all: true,
      maxBuffer: 256 * 1024 * 1024,
      encoding: options.asBytes === true ? 'latin1' : 'utf8',
      stripFinalNewline: options.asBytes !== true,
      ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
      ...withoutUndefined({ cwd: options.cwd, env: options.env }),
      extendEnv: options.inheritEnv ?? true,
    }),
  );
  const abort = () => void killTree(child);
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    if (options.onLine !== undefined)
      for await (const line of child.iterable({ from: 'all' })) options.onLine(String(line));
    const result = await child;
    if (options.signal?.aborted) throw new InterruptedError();
    if (result.code === 'ENOENT') {
      throw new HostError(`The program "${file}" was not found.`, {
        code: 'HOST_PROGRAM_MISSING',
        hint: 'Run "kgate doctor": it names the package and the command that installs it.',
      });
    }
    // A program that cannot start for lack of descriptors or processes says nothing about its task.
    if (result.code !== undefined && NOT_STARTED.has(result.code))
      throw new HostError(`The program "${file}" could not be started: ${result.code}.`, {
        code: 'HOST_PROGRAM_NOT_STARTED',
        hint: 'The limit on open files (ulimit -n) or on processes (ulimit -u) may be too low for this user.',
        cause: result.cause,
      });
    return {
      command: result.escapedCommand,
      exitCode: result.exitCode,
      signal: result.signal,
      stdout: result.stdout,
      output: result.all,
    };
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}
