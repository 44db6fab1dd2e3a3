import type { SplatReport } from './splat-report.ts';

/** Panics that say of themselves that they follow from something reported before. */
const REACTION =
  /Fatal exception|panic_on_warn set|hung_task: blocked tasks|hung tasks|RCU Stall|Hard LOCKUP/u;

/** Once a preemption count is wrong, everything that is done with it is reported, also as if in an interrupt. */
const ATOMIC = /^BUG: (?:sleeping function called from invalid context|scheduling while atomic)/u;

/** The D among the taint flags: something has died in this kernel before, and its state is anybody's guess. */
const TAINTED_BY_OOPS = /Tainted: [A-Z ]*D/u;

/** A task that dies in the kernel takes its locks along, so that others wait for ever. */
const WAITING = new Set(['rcu-stall', 'hung-task', 'lockup']);

/** Whether a report only follows from one of the earlier ones of the same boot. */
export function isConsequence(report: SplatReport, earlier: readonly SplatReport[]): boolean {
  return earlier.some((before) => follows(report, before));
}

function follows(report: SplatReport, before: SplatReport): boolean {
  const sameCaller =
    report.caller === before.caller || report.caller === undefined || before.caller === undefined;
  const inside = before.start.extent === 'marked' && report.first <= before.last;
  const fatal = before.start.kind === 'oops' || before.start.kind === 'panic' || isBugOn(before);
  if (report.start.kind === 'panic') return fatal || inside || REACTION.test(report.start.title);
  if (WAITING.has(report.start.kind)) return fatal || WAITING.has(before.start.kind);
  if (ATOMIC.test(report.start.title) && ATOMIC.test(before.start.title)) return true;
  return (
    (sameCaller && (inside || fatal)) || (fatal && report.lines.some((line) => TAINTED_BY_OOPS.test(line)))
  );
}

/** BUG() ends the task like an oops does; the other reports of kind `bug` do not. */
function isBugOn({ start }: SplatReport): boolean {
  return start.kind === 'bug' && /^kernel BUG\b/u.test(start.title);
}
