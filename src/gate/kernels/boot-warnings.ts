/**
 * What a line of a boot log says when something is wrong. The console shows no levels, so words decide: those of the
 * kernel's own severe messages, and those that drivers and subsystems use when they give up on something.
 */
const WARNING =
  /\b(?:warn(?:ing)?|errors?|fail(?:ed|s|ure|ing)?|bug|oops|panic|invalid|illegal|corrupt(?:ed|ion)?|unable|cannot|couldn't|could not|unexpected|leak(?:ed|s)?|taint(?:ed|s)?|deprecated|stall(?:ed)?|hung|lockup|deadlock|inconsistent|call trace|missing|timed out|timeout|not supported)\b/iu;

/**
 * What a kernel says when the host let its guest wait: a clock that could not be measured or drifts, work that took long.
 * A busy host makes any kernel say it in one boot and not in the next.
 */
const HOST_WAS_BUSY =
  /^tsc: (?:Fast TSC calibration|Unable to calibrate|.*calibration failed|Marking TSC unstable)|^Fast TSC calibration|^TSC (?:synchronization|calibrated)|^clocksource: .*(?:watchdog|unstable|skew|cs_nsec|wd_nsec|CPUs? .* (?:ahead|behind))|^sched_clock: Marking unstable|^APIC (?:frequency|timer|calibration)\b|^(?:\.\.\. )?lapic delta\b|^hrtimer: interrupt took|^perf: interrupt took too long|^INFO: NMI handler .* took too long|^workqueue: .* hogged CPU|^rcu: .*kthread starved/u;

/** Lines of warning level or worse, as far as words tell, that only the second log has; without time stamps. Those that tell of a busy host are none. */
export function newBootWarnings(base: string, patched: string): readonly string[] {
  const before = linesOf(base);
  const known = new Set(before.map(shapeOf));
  const seen = new Set<string>();
  return linesOf(patched).filter((line) => {
    const shape = shapeOf(line);
    if (!WARNING.test(line) || HOST_WAS_BUSY.test(line) || known.has(shape) || seen.has(shape)) return false;
    if (before.some((one) => lostCharacters(one, line))) return false;
    seen.add(shape);
    return true;
  });
}

/** Log lines without time stamp and caller: `[    0.000000][    T0] text`. */
function linesOf(log: string): string[] {
  return log
    .split('\n')
    .map((line) => line.replace(/^\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ?/u, '').trimEnd())
    .filter((line) => line !== '');
}

/** What stays the same of a line from boot to boot: addresses, counts and times do not. */
const shapeOf = (line: string): string => line.replaceAll(/\b(?:0x)?[\da-f]*\d[\da-f]*/giu, '#');

/** Characters in a row that an emulated serial port drops when a busy host does not fetch them in time. */
const LOST_MAX = 8;

/** Whether the second line is the first one without some characters in a row: a serial port has no flow control. */
function lostCharacters(whole: string, rest: string): boolean {
  const lost = whole.length - rest.length;
  if (lost <= 0 || lost > LOST_MAX) return false;
  let same = 0;
  while (same < rest.length && whole[same] === rest[same]) same += 1;
  return whole.slice(same + lost) === rest.slice(same);
}
