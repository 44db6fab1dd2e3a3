import type { EventSink } from '../../events.ts';
import { createAppendedProgress } from '../../report/progress/appended-progress.ts';
import { TerminalProgress } from '../../report/progress/terminal-progress.ts';
import type { Terminal } from './terminal.ts';

/** Progress on stderr, in the form that its terminal allows. */
export function openProgress(terminal: Terminal): Disposable & { readonly sink: EventSink } {
  if (terminal.area !== undefined) return new TerminalProgress(terminal.area, terminal.errorPalette);
  const sink = createAppendedProgress({
    write: (line) => terminal.writeError(`${line}\n`),
    now: () => performance.now(),
  });
  return { sink, [Symbol.dispose]: () => {} };
}
