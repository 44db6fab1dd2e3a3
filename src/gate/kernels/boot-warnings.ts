/**
 * What a kernel logs when the host keeps its guest waiting: a clock that could not be measured or drifts, work that
 * took long. On a busy host any kernel may log it in one boot and not in the next.
 */
const HOST_WAS_BUSY =
  /^tsc: (?:Fast TSC calibration|Unable to calibrate|.*calibration failed|Marking TSC unstable)|^Fast TSC calibration|^TSC (?:synchronization|calibrated)|^clocksource: .*(?:watchdog|unstable|skew|cs_nsec|wd_nsec|CPUs? .* (?:ahead|behind))|^sched_clock: Marking unstable|^APIC (?:frequency|timer|calibration)\b|^(?:\.\.\. )?lapic delta\b|^hrtimer: interrupt took|^perf: interrupt took too long|^INFO: NMI handler .* took too long|^workqueue: .* hogged CPU|^rcu: .*kthread starved/u;

/** What a kernel logs about its parameters only echoes them. */
const ECHO = /^(?:Kernel command line|Command line|Unknown kernel command line parameters)\b/u;

/** KERN_WARNING of include/linux/kern_levels.h, which a message without a level has, too. Lower numbers are worse. */
const WARNING = 4;

/** Messages at warning level or worse in the records of a boot, each once, in order. */
export function bootWarnings(records: string): readonly string[] {
  const warnings = records.split('\n').flatMap((record) => {
    const [, priority, text = ''] = /^(\d+),\d+,\d+,[^;]*;(.*)$/u.exec(record) ?? [];
    return priority === undefined || Number(priority) > WARNING ? [] : linesOf(text);
  });
  return [...new Map(warnings.toReversed().map((line) => [shapeOf(line), line])).values()].toReversed();
}

/** The warnings of a boot that none of some other boots gave. */
export function newBootWarnings(
  others: readonly (readonly string[])[],
  warnings: readonly string[],
): readonly string[] {
  const known = new Set(others.flat().map(shapeOf));
  return warnings.filter((line) => !known.has(shapeOf(line)));
}

/** A message may have several lines; /dev/kmsg escapes what is not plain text. */
function linesOf(message: string): string[] {
  return message
    .split(String.raw`\x0a`)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !HOST_WAS_BUSY.test(line) && !ECHO.test(line));
}

/** The part of a line that stays the same from boot to boot: addresses, counts and times do not. */
const shapeOf = (line: string): string => line.replaceAll(/\b(?:0x)?[\da-f]*\d[\da-f]*/giu, '#');
