/** A line of kernel text, taken apart. */
export interface ConsoleLine {
  /** What was printed, without any prefix. */
  readonly text: string;
  /** Who printed it, as CONFIG_PRINTK_CALLER says: `T12` is a task, `C0` a processor in an interrupt. */
  readonly caller: string | undefined;
  /** Seconds since boot, where the kernel says so. */
  readonly time: number | undefined;
  /** What stood on the line before the kernel's own prefix. */
  readonly before: string;
}

/** A record as /dev/kmsg gives it: "priority,sequence,microseconds,flags[,caller=T12];text". */
const KMSG_RECORD =
  /^(?<priority>\d+),\d+,\d+,[^,;]*(?:,(?:caller=(?<caller>[TC]\d+)|[^,;]*))*;(?<text>.*)$/u;

/**
 * "<4>[    1.234567][   T12] text". Vendors add the processor and the task: "[    1.234567@0]", "[    1.234567,0]",
 * "[    1.234567] [4:  loader:  825] ", "[    1.234567] -(4)[825:loader]", "[    1.234567] c4 825 ".
 */
const PRINTK_PREFIX =
  /(?:<\d+>)?\[ *(?<time>\d+\.\d{6})(?:[@,/ ]+[\d.]+)?\](?:\[ *(?<caller>[TC]\d+)[^\]]*\])?(?: {1,2}(?:\[\d+: *[^:\]]{1,16}: *\d+\]|-?\(\d+\)\[\d+:[^\]]{1,24}\]|c\d +\d+ (?:\([^)]{1,16}\) )?))? ?/u;
const PREFIX_FIRST = new RegExp(`^${PRINTK_PREFIX.source}`, 'u');

/**
 * What a host that keeps logs puts before a kernel's line: the date of journald or syslog with "kernel:", of dmesg -T,
 * of a lab's or a CI's recorder.
 */
const HOST_PREFIX =
  /^(?:\w{3} +\d+ [\d:.]{8,} \S+ kernel: |\d{4}-\d\d-\d\d[T ][\d:.,]{8,}(?:Z|[+-]\d\d:?\d\d)? \S+ kernel: |\[?\d{4}-\d\d-\d\d[T ][\d:.,]{8,}(?:Z|[+-]\d\d:?\d\d)?\]?:? ?|\[\w{3} \w{3} +\d+ [\d:]{8} \d{4}\] |\[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]? ?|kern *:\w+ *: )/u;

/** Old dumps of pstore have a blank behind it. */
const LEVEL_ONLY = /^<\d+>(?: (?=[A-Za-z-]))?/u;
// oxlint-disable-next-line no-control-regex -- escape sequences begin with one
const ESCAPES = /\u001B\[[\d;?]*[A-Za-z]/gu;

/** Priorities hold the facility above three bits of level; 0 is the kernel itself. */
const LEVELS = 8;

/** Takes a line of a console or of /dev/kmsg apart. What a program wrote into the kernel log is an empty line. */
export function parseConsoleLine(line: string): ConsoleLine {
  const first = PREFIX_FIRST.exec(line);
  if (first !== null) return stamped(first, withoutReturns(line));
  const whole = plain(line);
  const record = KMSG_RECORD.exec(whole)?.groups;
  if (record !== undefined) {
    const { priority = '', caller, text = '' } = record;
    return { text: Number(priority) < LEVELS ? text : '', caller, time: undefined, before: '' };
  }
  const host = HOST_PREFIX.exec(whole)?.[0] ?? '';
  const rest = whole.slice(host.length);
  const prefix = PRINTK_PREFIX.exec(rest);
  if (prefix !== null) return stamped(prefix, rest);
  return { text: rest.replace(LEVEL_ONLY, ''), caller: undefined, time: undefined, before: '' };
}

function stamped(prefix: RegExpExecArray, line: string): ConsoleLine {
  return {
    text: line.slice(prefix.index + prefix[0].length),
    caller: prefix.groups?.['caller'],
    time: Number(prefix.groups?.['time']),
    before: line.slice(0, prefix.index),
  };
}

function plain(line: string): string {
  const whole = withoutReturns(line);
  return whole.includes('\u001B') ? whole.replaceAll(ESCAPES, '') : whole;
}

/** Serial lines end in CR LF, some in CR CR LF, and a cursor may be sent home first. */
function withoutReturns(line: string): string {
  let begin = 0;
  let end = line.length;
  while (line.charCodeAt(end - 1) === 13) end -= 1;
  while (begin < end && line.charCodeAt(begin) === 13) begin += 1;
  return line.slice(begin, end);
}
