import { isHelperFunction } from '../blame/helper-functions.ts';
import { plainName, symbolName } from '../blame/plain-name.ts';
import type { Splat } from './splat.ts';
import type { SplatReport } from './open-report.ts';

/** A report and what it says. */
export interface JudgedReport {
  readonly report: SplatReport;
  readonly splat: Splat;
  /** Where it happened; another function may be to blame: that of a loop, or of a stack that became too deep. */
  readonly place: string | undefined;
}

/** What is said once of a report, however many come after it. */
export function judged(report: SplatReport, splat: Splat): JudgedReport {
  const place = splat.stack.find(({ symbol }) => !isHelperFunction(symbolName(symbol)));
  return { report, splat, place: place && plainName(place.symbol) };
}

/** Panics that by their own words follow from an earlier report. */
const REACTION =
  /Fatal exception|panic_on_warn set|hung_task: blocked tasks|hung tasks|RCU Stall|Hard LOCKUP|hard LOCKUP|Asynchronous SError/u;

/** The D among the taint flags: something has already died in this kernel, and its state is anyone's guess. */
const TAINTED_BY_OOPS = /Tainted: [A-Z ]*D/u;

/** A task that dies in the kernel takes its locks along, and others wait for ever. */
const WAITING = new Set(['rcu-stall', 'hung-task', 'lockup']);

/** The earlier report in the same boot that this one follows from, if any. */
export function findCause<Earlier extends JudgedReport>(
  found: JudgedReport,
  earlier: readonly Earlier[],
): Earlier | undefined {
  return earlier.find((before) => follows(found, before));
}

function follows(found: JudgedReport, earlier: JudgedReport): boolean {
  const { report, splat } = found;
  const { report: before, splat: cause } = earlier;
  const sameCaller =
    report.caller === before.caller || report.caller === undefined || before.caller === undefined;
  const inside = before.start.extent !== 'line' && report.first <= before.last;
  const fatal = before.start.kind === 'oops' || before.start.kind === 'panic' || isBugOn(before);
  if (report.start.kind === 'panic') return fatal || inside || REACTION.test(report.start.title);
  const sameFunction = isSame(splat.function, cause.function) || isSame(found.place, earlier.place);
  if (WAITING.has(report.start.kind))
    return fatal || WAITING.has(before.start.kind) || (cause.kind === 'lockdep' && sameFunction);
  // Once a preemption count is wrong, everything done with it is reported, even as if in an interrupt.
  if (splat.kind === 'atomic-sleep' && cause.kind === 'atomic-sleep') return true;
  // What goes wrong in a function keeps going wrong there, and some checks report it in two ways.
  if (sameCaller && (sameFunction || (report.first <= before.at && before.at < report.at))) return true;
  // The unwinder stumbles over what an exception left on the stack.
  if (fatal && report.start.title.startsWith('WARNING: kernel stack ')) return true;
  return (
    (sameCaller && (inside || fatal)) || (fatal && report.lines.some((line) => TAINTED_BY_OOPS.test(line)))
  );
}

const isSame = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && one === other;

/** BUG() ends the task, as an oops does; other reports of kind `bug` do not. */
function isBugOn({ start }: SplatReport): boolean {
  return start.kind === 'bug' && /^kernel BUG\b/u.test(start.title);
}
