import { createNameMatcher } from '../kernel-text/name-matcher.ts';
import { findPlace, findReturn } from '../kernel-text/stacks/places.ts';
import type { StackFrame } from '../kernel-text/stacks/stack-frame.ts';
import { isTraceHeader, parseTraceAt } from '../kernel-text/stacks/stack-trace.ts';
import { BLAME_RULES, type BlameRule, type BlameRuleName } from './blame-rule.ts';
import { findDispatched } from './dispatched-function.ts';
import { isHelperFunction, isInterruptEntry } from './helper-functions.ts';
import { findHungFunction } from './hung-function.ts';
import { plainName, symbolName } from './plain-name.ts';
import { findStalledFunction } from './stalled-function.ts';

/** What is known about a report when looking for the guilty function. */
export interface Suspicion {
  /** What its first line names. */
  readonly named: string | undefined;
  readonly lines: readonly string[];
  /** Of its first call trace. */
  readonly frames: readonly StackFrame[];
  readonly rule: BlameRuleName | undefined;
  /**
   * The report is complete. In an incomplete one only the part that is there counts; what is missing is no reason to
   * blame others.
   */
  readonly complete: boolean;
}

const SKIPPED = new Map<BlameRuleName | undefined, (name: string) => boolean>(
  Object.entries(BLAME_RULES).map(([name, rule]: [string, BlameRule]) => [
    name as BlameRuleName,
    createNameMatcher(rule.skip ?? ''),
  ]),
);

/** The vectors of arm64. */
const ENTRY = /^el[01]/u;

/** What a report says outside its call trace: "caller is foo+0x1/0x2", and which function a worker executed. */
const CALLER = /^\s*(?:caller is |last function: |preempt=.*\bworkfn=)(?<name>[A-Za-z_][\w.$]*)/u;

/**
 * The function to blame for a report: the one named on its first line or another of its lines, else where the processor
 * was, else the innermost in the call trace; the first of these that is not a helper such as an allocator, a lock or
 * the reporting itself. syzbot blames the same function.
 */
export function findGuiltyFunction(suspicion: Suspicion): string | undefined {
  const rule: BlameRule = suspicion.rule === undefined ? {} : BLAME_RULES[suspicion.rule];
  const isSkipped = SKIPPED.get(suspicion.rule);
  const isHelper = (symbol: string): boolean => {
    const name = symbolName(symbol);
    return isHelperFunction(name) || isSkipped?.(name) === true;
  };
  if (rule.choose === 'nobody') return undefined;
  if (rule.choose === 'stalled') return nameOf(findStalledFunction(suspicion, isHelper));
  const { lines } = suspicion;
  const frames = framesOf(suspicion, rule);
  const register = findRegister(linesBeforeTrace(lines))?.symbol;
  if (rule.choose === 'dispatched') {
    const stack = [register, ...callersOf(frames)].filter((symbol) => symbol !== undefined);
    const dispatched = findDispatched(stack, isHelper);
    if (dispatched !== undefined || !suspicion.complete) return nameOf(dispatched);
  }
  if (rule.choose === 'hung') {
    const hung = findHungFunction(callersOf(frames).map(plainName), isHelper);
    if (hung !== undefined) return hung;
  }
  const told = [suspicion.named, ...findTold(lines, rule.told ?? []), firstName(lines, CALLER)];
  const place = [...told, register].filter((symbol) => symbol !== undefined);
  const found = [
    ...place,
    ...callersOf(frames).filter((symbol) => !isInterruptEntry(symbolName(symbol))),
  ].find((symbol) => !isHelper(symbol));
  return nameOf(found ?? (suspicion.complete ? place.find((symbol) => !ENTRY.test(symbol)) : undefined));
}

const nameOf = (symbol: string | undefined): string | undefined =>
  symbol === undefined ? undefined : plainName(symbol);

/** A frame at offset 0 is not where a call was made: the call was the last instruction of the function before. */
function callersOf(frames: readonly StackFrame[]): readonly string[] {
  return frames.filter(({ offset }) => offset !== 0).map(({ symbol }) => symbol);
}

function framesOf({ lines, frames }: Suspicion, { traceAfter }: BlameRule): readonly StackFrame[] {
  if (traceAfter === undefined) return frames;
  const header = lines.findIndex((line) => traceAfter.test(line));
  return header === -1 ? frames : parseTraceAt(lines, header).frames;
}

/** Where the processor was, or where it would have returned to. */
function findRegister(lines: readonly string[]): StackFrame | undefined {
  const program = findPlace(lines);
  // A full stack fails at the entry of the exception that reports it; on arm64 the link register shows the caller.
  return program === undefined || ENTRY.test(program.symbol) ? findReturn(lines) : program;
}

function linesBeforeTrace(lines: readonly string[]): readonly string[] {
  const header = lines.findIndex((line) => isTraceHeader(line));
  return header === -1 ? lines : lines.slice(0, header);
}

function findTold(lines: readonly string[], patterns: readonly RegExp[]): readonly string[] {
  const names: string[] = [];
  let at = 0;
  for (const pattern of patterns) {
    const index = lines.findIndex((line, each) => each >= at && pattern.test(line));
    if (index === -1) break;
    names.push(pattern.exec(lines[index] ?? '')?.groups?.['name'] ?? '');
    at = index + 1;
  }
  return names;
}

function firstName(lines: readonly string[], pattern: RegExp): string | undefined {
  for (const line of lines) {
    const name = pattern.exec(line)?.groups?.['name'];
    if (name !== undefined) return name;
  }
  return undefined;
}
