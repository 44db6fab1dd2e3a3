import { InterruptedError } from '../errors.ts';

const EXIT_INTERRUPTED = 130;

/** Signals that ask this process to end. */
export interface Interrupts {
  /** Aborted by them, for a command that shuts down in order. */
  listen(): AbortSignal;
}

/**
 * Turns signals into an abort. The first Ctrl-C stops everything in order, or ends this process at once if nothing
 * listens; the second always does, and its exit hooks kill every child and remove every temporary folder.
 */
export function listenForInterrupts(say: (text: string) => void): Interrupts {
  const abort = new AbortController();
  let isHeard = false;
  const onSignal = () => {
    if (!isHeard || abort.signal.aborted) process.exit(EXIT_INTERRUPTED);
    say('Stopping. Press Ctrl-C again to stop at once.\n');
    abort.abort(new InterruptedError());
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return {
    listen() {
      isHeard = true;
      return abort.signal;
    },
  };
}
