import type { EventSink } from '../events.ts';

/** One sink for several. A reporter that throws is dropped and cannot break the run. */
export function combineSinks(sinks: readonly EventSink[], onBroken: (error: unknown) => void): EventSink {
  const working = new Set(sinks);
  return (event) => {
    for (const sink of working) {
      try {
        sink(event);
      } catch (error) {
        working.delete(sink);
        onBroken(error);
      }
    }
  };
}
