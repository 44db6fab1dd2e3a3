import type { EventSink } from '../events.ts';

/** Prints the run record, and nothing else, when the run is over. */
export function createJsonReport(write: (text: string) => void): EventSink {
  return (event) => {
    if (event.type === 'run-finished') write(`${JSON.stringify(event.record, undefined, 2)}\n`);
  };
}
