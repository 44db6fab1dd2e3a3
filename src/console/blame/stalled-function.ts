import { findPlace, isPlace } from '../kernel-text/stacks/places.ts';
import type { StackFrame } from '../kernel-text/stacks/stack-frame.ts';
import { parseFirstTrace, parseTraceAt } from '../kernel-text/stacks/stack-trace.ts';
import { findDispatched } from './dispatched-function.ts';
import { isInterruptEntry } from './helper-functions.ts';
import { symbolName } from './plain-name.ts';
import { showsVictim, stalledSection } from './stalled-section.ts';

/** x86's names for the interrupt that noticed. */
const TIMER_INTERRUPT = /apic_timer_interrupt/u;

/**
 * The function in which a processor got stuck, from the report of a stall. The grace-period thread is starved and not
 * to blame, though its stack usually comes first.
 */
export function findStalledFunction(
  { lines, complete }: { readonly lines: readonly string[]; readonly complete: boolean },
  isHelper: (symbol: string) => boolean,
): string | undefined {
  // If the victim is shown, it takes the rest of the report to tell what is stalled.
  if (!complete && showsVictim(lines)) return undefined;
  const section = stalledSection(lines);
  const interrupted =
    findDispatchedIn(section, isHelper) ??
    (showsVictim(lines) ? undefined : findDispatchedIn(lines, isHelper));
  if (interrupted !== undefined || !complete) return interrupted;
  const place = findPlace(section)?.symbol;
  const callers = parseFirstTrace(section).frames.filter(({ offset }) => offset !== 0);
  const names = [...(place === undefined ? [] : [place]), ...namesOf(callers, isHelper)];
  return names.find((symbol) => !isHelper(symbol)) ?? place;
}

/**
 * On x86 a loop is interrupted at random, so its stack differs from one report to the next. What they have in common is
 * what a dispatcher of the kernel called: the function of a system call, a file, a socket, or a timer.
 */
function findDispatchedIn(
  lines: readonly string[],
  isHelper: (symbol: string) => boolean,
): string | undefined {
  const entry = lines.findIndex((line) => TIMER_INTERRUPT.test(line));
  if (entry === -1) return undefined;
  const at = lines.findIndex((line, index) => index > entry && isPlace(line));
  const from = at === -1 ? entry : at;
  const place = at === -1 ? undefined : findPlace(lines.slice(at, at + 1))?.symbol;
  const { frames } = parseTraceAt(lines, from);
  const names = [...(place === undefined ? [] : [place]), ...frames.map(({ symbol }) => symbol)];
  return findDispatched(
    names.filter((symbol) => !TIMER_INTERRUPT.test(symbol)),
    isHelper,
  );
}

function namesOf(frames: readonly StackFrame[], isHelper: (symbol: string) => boolean): readonly string[] {
  return frames
    .map(({ symbol }) => symbol)
    .filter((symbol) => !isInterruptEntry(symbolName(symbol)) && !isHelper(symbol));
}
