import { openProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** Progress of several runs in sequence, each shown from its start. */
export function openProgressOfRuns(terminal: Terminal): ReturnType<typeof openProgress> {
  let current = openProgress(terminal);
  return {
    sink(event) {
      if (event.type === 'run-planned') {
        current[Symbol.dispose]();
        current = openProgress(terminal);
      }
      current.sink(event);
    },
    [Symbol.dispose]: () => current[Symbol.dispose](),
  };
}
