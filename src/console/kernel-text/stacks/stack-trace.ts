import { architectures } from '../../../arch/architectures.ts';
import { createNameMatcher } from '../name-matcher.ts';
import { OTHER_OUTERMOST } from '../other-architectures.ts';
import { isPlace, isRegisterLine } from './places.ts';
import { parseFrameLine, type StackFrame } from './stack-frame.ts';

/** The call trace of a report. */
export interface StackTrace {
  /** Innermost first. */
  readonly frames: readonly StackFrame[];
  /** Frames that the unwinder marked with "?". */
  readonly guesses: readonly StackFrame[];
  /** It is complete: it ended in an explicit mark, in a function without a caller, or before some other message. */
  readonly closed: boolean;
  /** A line of it cannot be understood. */
  readonly garbled: boolean;
}

const HEADER = /^(?:\s*Call [Tt]race:|\s+backtrace(?: \(crc [0-9a-f]+\))?:$|Backtrace:|Trace:$)/u;
/** Marks of stacks, a frame without a name, and what scripts put in for inlined functions. */
const MARK =
  /^\s*<\/?[A-Z_#]+>\s*$|^\s*={2,}|^\s*(?:\[<[0-9a-f]+>\] )?(?:\? )?0x[0-9a-f]+|^\s+\S+ \S+:\d+ \[inline\]/u;
const CUT_FRAME = /^\s.*\+0x[0-9a-f]*(?:\/(?:0(?:x[0-9a-f]*)?)?)?$/u;

/** Functions without a caller: where a task or a processor enters the kernel. */
const isOutermost = createNameMatcher(
  [
    'ret_from_fork* start_kernel rest_init kthread',
    ...Object.values(architectures).map(({ console }) => console.outermost),
    OTHER_OUTERMOST,
  ].join(' '),
);

/** Whether a line announces a call trace. */
export function isTraceHeader(line: string): boolean {
  return HEADER.test(line);
}

/** Whether a line can stand in a call trace: a frame, a mark, or registers of the way into the kernel. */
export function isTraceLine(line: string): boolean {
  if (line === '' || /^\s/u.test(line)) return true;
  return isRegisterLine(line) || isPlace(line) || parseFrameLine(line) !== undefined;
}

/** Reads the first call trace of a report; of some kinds it begins without "Call Trace:". */
export function parseFirstTrace(lines: readonly string[], headless = false): StackTrace {
  return parseTraceAt(lines, findHeader(lines, headless));
}

/** Reads the call trace that begins behind the line with this index. */
export function parseTraceAt(lines: readonly string[], header: number): StackTrace {
  const frames: StackFrame[] = [];
  const guesses: StackFrame[] = [];
  let closed = false;
  let garbled = false;
  for (const line of lines.slice(header + 1)) {
    if (!isTraceLine(line) || (frames.length > 0 && (line === '' || isTraceHeader(line)))) {
      closed ||= frames.length > 0;
      break;
    }
    const found = parseFrameLine(line);
    if (found !== undefined) addFrames(found.guess ? guesses : frames, found.frames);
    else if (/^\s*<\/(?:TASK|IRQ|NMI|SOFTIRQ|#\w+)>/u.test(line)) closed = true;
    else if (CUT_FRAME.test(line) && !MARK.test(line) && !isPlace(line)) garbled = true;
  }
  const last = frames.at(-1);
  return { frames, guesses, closed: closed || (last !== undefined && isOutermost(last.symbol)), garbled };
}

/** Where each line names caller and callee, the callee is the caller of the line before. */
function addFrames(to: StackFrame[], found: readonly StackFrame[]): void {
  const [first, ...rest] = found;
  if (first === undefined) return;
  const known = rest.length > 0 && to.at(-1)?.symbol === first.symbol;
  to.push(...(known ? rest : found));
}

/** The line before the first trace. Some sanitizers say with whom a trace begins, in words of their own. */
function findHeader(lines: readonly string[], headless: boolean): number {
  const header = lines.findIndex((line) => isTraceHeader(line));
  if (header !== -1) return header;
  if (!headless && !lines.some((line) => line.includes(' from '))) return lines.length;
  const first = lines.findIndex((line) => isFirstFrame(line, headless));
  return first === -1 ? lines.length : first - 1;
}

/** 32-bit ARM has no header since 5.18 either. */
function isFirstFrame(line: string, headless: boolean): boolean {
  if (!/^[\s[(]/u.test(line) || isPlace(line)) return false;
  const found = parseFrameLine(line);
  return found !== undefined && (headless || found.frames.length > 1);
}
