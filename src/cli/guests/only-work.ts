import type { EventSink } from '../../events.ts';

/** Passes on what takes time or went wrong: what was made earlier is not worth a line beside a command's own output. */
export function onlyWork(sink: EventSink): EventSink {
  return (event) => {
    if ('cached' in event && event.cached) return;
    if (event.type !== 'accelerator-chosen') sink(event);
  };
}
