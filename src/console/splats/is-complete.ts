import type { SplatReport } from './open-report.ts';
import { findPlace } from '../kernel-text/stacks/places.ts';
import type { StackTrace } from '../kernel-text/stacks/stack-trace.ts';

const DROPPED = /\bprintk messages dropped\b|replaying previous printk message/u;
/** What was running when the report was made: "CPU: 0 UID: 0 PID: 77 Comm: program". */
const TASK = /^CPU: \d+ (?:UID: \d+ )?PID: \d+/u;
const SAYS_MORE = new Set(['kasan', 'kmsan', 'kcsan', 'kfence']);
/** A panic that resets at once leaves no end marker. */
const PANIC = /^Kernel panic - not syncing/u;
/** Panics that name no cause: what they react to was lost. */
const REACTION = /Fatal exception|panic_on_warn set|hung_task: blocked tasks/u;

/** Whether a report is complete, with no other lines in it. Guessing from one that is not would blame bystanders. */
export function isComplete(report: SplatReport, trace: StackTrace): boolean {
  const { start, lines, end } = report;
  if (isTorn(report, trace)) return false;
  if (start.kind === 'panic' && REACTION.test(start.title)) return false;
  if (start.extent === 'line') return true;
  if (start.traceless === true) return end === 'whole' || lines.some((line) => /^ #\d+: /u.test(line));
  const seen = trace.frames.length > 0 || findPlace(lines) !== undefined;
  if (!seen || end === 'whole') return seen;
  // A sanitizer says more after its trace: who owned the memory before, and what it looks like.
  return trace.closed && (!SAYS_MORE.has(start.kind) || lines.some((line) => PANIC.test(line)));
}

/**
 * Whether lines are missing inside a report, or others got into it. If only the end is missing, the beginning can be
 * relied on.
 */
export function isTorn(report: SplatReport, trace: StackTrace): boolean {
  return trace.garbled || report.lines.some((line) => DROPPED.test(line)) || isMixed(report);
}

/** Whether the lines of two processors got mixed up: without caller ids, simultaneous reports cannot be told apart. */
function isMixed({ start, caller, lines }: SplatReport): boolean {
  if (caller !== undefined || start.kind === 'rcu-stall' || start.kind === 'lockup') return false;
  return new Set(lines.flatMap((line) => TASK.exec(line)?.[0] ?? [])).size > 1;
}
