import type { ArchName } from '../../arch/architectures.ts';
import { archShownBy } from '../kernel-text/arch-shown-by.ts';
import { findGuiltyFunction, plainName } from './guilty-function.ts';
import { isHelperFunction } from './helper-functions.ts';
import { isComplete, isMixed } from './is-complete.ts';
import { parseRegisters } from '../kernel-text/registers.ts';
import type { Splat } from './splat.ts';
import { readDetails } from './read-details.ts';
import type { SplatReport } from './open-report.ts';
import { severityOf } from './severity.ts';
import { findPlace, parseFirstTrace, type StackFrame, type StackTrace } from '../kernel-text/stack-trace.ts';

const HEADLESS = new Set(['kmsan', 'kcsan', 'kfence']);

/** Everything that a report says, without its consequences. */
export function describeSplat(report: SplatReport, archOfBoot: ArchName | undefined): Splat {
  const { start, lines, at } = report;
  const trace = parseFirstTrace(lines, HEADLESS.has(start.kind));
  const complete = isComplete(report, trace);
  const guilty = guiltyFunction(report, trace, complete);
  const { kind, title } = readDetails(report);
  return {
    kind,
    title: titleOf(title, guilty, start.file),
    function: guilty,
    severity: severityOf(kind, title),
    arch: lines.map((line) => archShownBy(line)).find((arch) => arch !== undefined) ?? archOfBoot,
    complete,
    line: at,
    lines,
    stack: stackOf(lines, trace),
    guesses: trace.guesses,
    registers: parseRegisters(lines),
    consequences: [],
  };
}

/** Of a report that is not all there only what it says of the place itself is believed, not who may have called. */
function guiltyFunction(report: SplatReport, trace: StackTrace, complete: boolean): string | undefined {
  const { start, lines } = report;
  const named = start.function === undefined ? undefined : plainName(start.function);
  if (start.extent === 'line' || start.kind === 'kcsan') return named;
  if (complete) return findGuiltyFunction(start, lines, trace.frames);
  const guilty = findGuiltyFunction(start, isMixed(report) ? [] : lines, []);
  return guilty === undefined || isHelperFunction(guilty) ? undefined : guilty;
}

function titleOf(title: string, guilty: string | undefined, file: string | undefined): string {
  if (guilty === undefined) return file === undefined ? title : `${title} at ${file}`;
  // Some name the function in words of their own.
  const named = new RegExp(String.raw`\bin:? (?:\S+ \/ )?${escape(guilty)}\b|^KCSAN: .* in `, 'u').test(
    title,
  );
  return named ? title : `${title} in ${guilty}`;
}

const escape = (text: string): string => text.replaceAll(/[.$]/gu, String.raw`\$&`);

/** The call trace, with the place of an exception first where the trace begins only above it. */
function stackOf(lines: readonly string[], { frames }: StackTrace): readonly StackFrame[] {
  const place = findPlace(lines);
  const [first] = frames;
  if (place === undefined || (first?.symbol === place.symbol && first.offset === place.offset)) return frames;
  const header = lines.findIndex((line) => /^\s*Call [Tt]race:/u.test(line));
  const before = lines.findIndex((line) => /^(?:RIP: |pc : )/u.test(line));
  return header === -1 || before < header ? [place, ...frames] : frames;
}
