import { isHelperFunction, isInterruptEntry } from './helper-functions.ts';
import type { SplatStart } from './parse-start.ts';
import { findPlace, findReturn, isTraceHeader, type StackFrame } from '../kernel-text/stack-trace.ts';

/** The vectors of arm64. */
const ENTRY = /^el[01]/u;

/** What a report says outside of its call trace: "caller is foo+0x1/0x2", and which function a worker executed. */
const CALLER = /^\s*(?:caller is |last function: |.*\bworkfn=)(?<name>[A-Za-z_][\w.$]*)/u;

const HELD_TOO_LONG = /still has locks held|held when returning/u;
/** Of a lock that is held too long: "#0: ffff… (lock){+.+.}-{3:3}, at: foo+0x1/0x2". */
const HELD_AT = /^ #\d+: .*, at: (?<name>[A-Za-z_][\w.$]*)/u;

/**
 * The function to blame for a report: the one its first line names, else where the processor was, else the innermost of
 * the call trace; the first of these that is no helper such as an allocator, a lock or the reporting itself.
 */
export function findGuiltyFunction(
  { function: named, kind, title }: Pick<SplatStart, 'function' | 'kind' | 'title'>,
  lines: readonly string[],
  frames: readonly StackFrame[],
): string | undefined {
  const told =
    named ?? firstName(lines, CALLER) ?? (HELD_TOO_LONG.test(title) ? firstName(lines, HELD_AT) : undefined);
  // Of a stall the trace shows the interrupt that noticed, and then what it interrupted. Elsewhere what was interrupted
  // has nothing to do with the matter.
  const stalled = kind === 'rcu-stall' || kind === 'lockup';
  const register = findRegister(stalled ? lines : linesBeforeTrace(lines));
  const place = [told, register?.symbol].flatMap((symbol) => (symbol === undefined ? [] : plainName(symbol)));
  // A frame at offset 0 is not where a call was made: the call was the last instruction of the function before, which
  // never returns.
  const callers = frames.filter(({ offset }) => offset > 0).map(({ symbol }) => plainName(symbol));
  const candidates = [...place, ...callers.filter((name) => !isInterruptEntry(name))];
  return candidates.find((name) => !isHelperFunction(name)) ?? place.find((name) => !ENTRY.test(name));
}

/** A function's name without offsets, without the parts a compiler split off, and without a system call's wrapper. */
export function plainName(symbol: string): string {
  return symbol
    .replace(/\+0x.*$/u, '')
    .replace(/\.(?:isra|constprop|part|cold|llvm)\b.*$/u, '')
    .replace(/^__(?:x64|ia32|arm64|se|do)_(?:compat_)?sys_/u, 'sys_');
}

/** Where the processor was, or would have returned to. */
function findRegister(lines: readonly string[]): StackFrame | undefined {
  const program = findPlace(lines);
  // A stack that is full fails at the entry of the exception that says so; on arm64 the link register tells who called.
  return program === undefined || ENTRY.test(program.symbol) ? findReturn(lines) : program;
}

function linesBeforeTrace(lines: readonly string[]): readonly string[] {
  const header = lines.findIndex((line) => isTraceHeader(line));
  return header === -1 ? lines : lines.slice(0, header);
}

function firstName(lines: readonly string[], pattern: RegExp): string | undefined {
  return lines.map((line) => pattern.exec(line)?.groups?.['name']).find((name) => name !== undefined);
}
