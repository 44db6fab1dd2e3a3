import type { ArchName } from '../../arch/architectures.ts';
import { findGuiltyFunction } from '../blame/guilty-function.ts';
import { plainName } from '../blame/plain-name.ts';
import { stalledSection } from '../blame/stalled-section.ts';
import { archShownBy } from '../kernel-text/arch-shown-by.ts';
import { findPlace, isPlace } from '../kernel-text/stacks/places.ts';
import { parseRegisters } from '../kernel-text/registers.ts';
import type { StackFrame } from '../kernel-text/stacks/stack-frame.ts';
import { isTraceHeader, parseFirstTrace, type StackTrace } from '../kernel-text/stacks/stack-trace.ts';
import { isComplete, isTorn } from './is-complete.ts';
import type { SplatReport } from './open-report.ts';
import { readDetails } from './read-details.ts';
import { severityOf } from './severity.ts';
import type { Splat } from './splat.ts';

const HEADLESS = new Set(['kmsan', 'kcsan', 'kfence']);

/** Everything a report says, without its consequences. */
export function describeSplat(report: SplatReport, archOfBoot: ArchName | undefined): Splat {
  const { start, lines, at } = report;
  const trace = parseFirstTrace(lines, HEADLESS.has(start.kind));
  const complete = isComplete(report, trace);
  const { kind, title, blame } = readDetails(report);
  const guilty = guiltyFunction(report, trace, blame, complete);
  const shown = blame === 'stalled' ? stalledSection(lines) : lines;
  return {
    kind,
    title: titleOf(title, guilty, start.file),
    function: guilty,
    severity: severityOf(kind, title),
    arch: archOf(lines) ?? archOfBoot,
    complete,
    line: at,
    lines,
    stack: stackOf(shown, shown === lines ? trace : parseFirstTrace(shown)),
    guesses: trace.guesses,
    registers: parseRegisters(shown),
    consequences: [],
  };
}

function archOf(lines: readonly string[]): ArchName | undefined {
  const sign = lines.find((line) => archShownBy(line) !== undefined);
  return sign === undefined ? undefined : archShownBy(sign);
}

/** In a torn report only the place itself is believed, not the possible callers. */
function guiltyFunction(
  report: SplatReport,
  trace: StackTrace,
  rule: Parameters<typeof findGuiltyFunction>[0]['rule'],
  complete: boolean,
): string | undefined {
  const { start, lines } = report;
  if (start.extent === 'line' || start.kind === 'kcsan')
    return start.function === undefined ? undefined : plainName(start.function);
  const torn = !complete && isTorn(report, trace);
  return findGuiltyFunction({
    named: start.function,
    lines: torn ? [] : lines,
    frames: torn ? [] : trace.frames,
    rule,
    complete,
  });
}

function titleOf(title: string, guilty: string | undefined, file: string | undefined): string {
  if (title.includes('<f>')) return guilty === undefined ? 'WARNING' : title.replace('<f>', guilty);
  if (guilty === undefined) return file === undefined ? title : `${title} at ${file}`;
  // The title of a race names both functions.
  return /^KCSAN: .* in /u.test(title) ? title : `${title} in ${guilty}`;
}

/** The call trace, with the place of an exception first if the trace begins only above it. */
function stackOf(lines: readonly string[], { frames }: StackTrace): readonly StackFrame[] {
  const place = findPlace(lines);
  const [first] = frames;
  if (place === undefined || (first?.symbol === place.symbol && first.offset === place.offset)) return frames;
  const header = lines.findIndex((line) => isTraceHeader(line));
  const before = lines.findIndex((line) => isPlace(line));
  if (header !== -1 && before >= header) return frames;
  // 32-bit ARM names the function again, without its offset.
  const again = first?.symbol === place.symbol && first.offset === undefined;
  return [place, ...(again ? frames.slice(1) : frames)];
}
