import { execFileSync } from 'node:child_process';
import { UsageError } from '../../errors.ts';

/** The key that leaves, as telnet and "virsh console" have it: Ctrl-]. */
const LEAVE = 0x1d;

/** The terminal of this process, key by key. Disposing of it makes it what it was. */
export interface RawTerminal extends Disposable {
  readonly rows: number;
  readonly columns: number;
  write(bytes: Uint8Array): void;
  /** From here on every key goes there. What was typed before follows at once. */
  sendTo(receiver: (bytes: Uint8Array) => void): void;
  /** Aborted by the key that leaves. */
  readonly left: AbortSignal;
}

/** What can be typed ahead before the guest listens. */
const AHEAD_MAX = 4_096;

/** Throws UsageError where there is no person: both ends have to be a terminal. */
export function requireTerminal(): void {
  if (process.stdin.isTTY && process.stdout.isTTY) return;
  throw new UsageError('There is no terminal for a shell.', {
    code: 'SHELL_NO_TERMINAL',
    hint: 'Commands from a file or a pipe are for kgate exec: kgate exec -- sh < commands.',
  });
}

/**
 * Node's raw mode goes on making two characters of each line end, which programs that draw do not expect. Where this
 * fails they look odd, and nothing else. What Node restores includes it.
 */
function passOutputOn(): void {
  try {
    execFileSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
  } catch {
    // No stty, or a terminal that is already gone.
  }
}

/** Takes over the terminal: no key is the host's any more. */
export function openRawTerminal(): RawTerminal {
  const { stdin, stdout } = process;
  const left = new AbortController();
  let receiver: ((bytes: Uint8Array) => void) | undefined;
  let ahead = Buffer.alloc(0);
  const onData = (bytes: Buffer) => {
    const end = bytes.indexOf(LEAVE);
    const typed = end === -1 ? bytes : bytes.subarray(0, end);
    if (receiver === undefined) ahead = Buffer.concat([ahead, typed]).subarray(0, AHEAD_MAX);
    else if (typed.length > 0) receiver(typed);
    if (end !== -1) left.abort();
  };
  const restore = () => {
    stdin.off('data', onData);
    stdin.setRawMode(false);
    stdin.pause();
  };
  // However this process ends, another program has the terminal afterwards.
  process.on('exit', restore);
  stdin.setRawMode(true);
  passOutputOn();
  stdin.on('data', onData);
  stdin.resume();
  return {
    rows: stdout.rows,
    columns: stdout.columns,
    write: (bytes) => void stdout.write(bytes),
    sendTo(next) {
      receiver = next;
      if (ahead.length > 0) next(ahead);
      ahead = Buffer.alloc(0);
    },
    left: left.signal,
    [Symbol.dispose]() {
      process.off('exit', restore);
      restore();
    },
  };
}
