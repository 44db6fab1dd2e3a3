import type { EventSink } from '../events.ts';
import { printableJson } from './printable-json.ts';

/** Prints the run record, and nothing else, at the end of the run. */
export function createJsonReport(write: (text: string) => void): EventSink {
  return (event) => {
    if (event.type === 'run-finished') write(printableJson(event.record));
  };
}
