import { InterruptedError } from '../errors.ts';

const EXIT_INTERRUPTED = 130;

/**
 * Turns signals into an abort. The first Ctrl-C stops everything in order; the second ends this process at once, and
 * its exit hooks kill every child and remove every temporary folder.
 */
export function listenForInterrupts(say: (text: string) => void): AbortSignal {
  const abort = new AbortController();
  const onSignal = () => {
    if (abort.signal.aborted) process.exit(EXIT_INTERRUPTED);
    say('Stopping. Press Ctrl-C again to stop at once.\n');
    abort.abort(new InterruptedError());
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return abort.signal;
}
