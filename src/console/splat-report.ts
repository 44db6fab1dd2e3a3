import type { ConsoleLine } from './console-line.ts';
import { isTraceHeader, isTraceLine } from './guilty-function.ts';
import { parseSplatStart, type SplatStart } from './splat-starts.ts';

/** A report as it stands among the lines of a console. */
export interface SplatReport {
  readonly start: SplatStart;
  readonly caller: string | undefined;
  /** Indices of its first and last line. Between them may be lines of other callers. */
  readonly first: number;
  readonly last: number;
  /** The texts of its own lines. */
  readonly lines: readonly string[];
}

/** Longer than any report of the kernel; a garbled one must not swallow the rest of the console. */
const REPORT_MAX = 200;
/** WARN() prints its message, and debugging aids their findings, between the "cut here" line and the one to recognise. */
const PREAMBLE_MAX = 12;

const CUT_HERE = /^-+\[ cut here \]-+$/u;
const END_MARKER = /^---\[ end |^={40,}$/u;

/** Gathers the lines of the report that begins at `index`: those of the same caller, up to the report's end. */
export function collectReport(lines: readonly ConsoleLine[], index: number, start: SplatStart): SplatReport {
  const caller = lines[index]?.caller;
  const indices = [...findPreamble(lines, index), index, ...findRest(lines, index, start)];
  return {
    start,
    caller,
    first: indices[0] ?? index,
    last: indices.at(-1) ?? index,
    lines: indices.map((at) => lines[at]?.text ?? ''),
  };
}

function findPreamble(lines: readonly ConsoleLine[], index: number): number[] {
  const before: number[] = [];
  for (let at = index - 1; at >= 0 && before.length < PREAMBLE_MAX; at -= 1) {
    const line = lines[at];
    if (line === undefined || END_MARKER.test(line.text)) break;
    if (line.caller !== lines[index]?.caller) continue;
    before.unshift(at);
    if (CUT_HERE.test(line.text)) return before;
  }
  return [];
}

function findRest(lines: readonly ConsoleLine[], index: number, start: SplatStart): number[] {
  if (start.extent === 'line') return [];
  // A stalled processor's trace is printed by itself, on request of the one that noticed.
  const anyCaller = start.kind === 'rcu-stall' || start.kind === 'lockup';
  const rest: number[] = [];
  let inTrace = false;
  for (let at = index + 1; at < lines.length && rest.length < REPORT_MAX; at += 1) {
    const line = lines[at];
    if (line === undefined) break;
    if (!anyCaller && line.caller !== lines[index]?.caller) continue;
    if (start.extent === 'marked') {
      rest.push(at);
      if (END_MARKER.test(line.text)) break;
      continue;
    }
    if (inTrace && !isTraceLine(line.text)) break;
    if (CUT_HERE.test(line.text) || parseSplatStart(line.text) !== undefined) break;
    inTrace ||= isTraceHeader(line.text);
    rest.push(at);
  }
  return rest;
}
