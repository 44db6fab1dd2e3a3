/** A parsed line of kernel text. */
export interface ConsoleLine {
  /** The message, without any prefix. */
  readonly text: string;
  /** The caller, from CONFIG_PRINTK_CALLER: `T12` is a task, `C0` a processor in an interrupt. */
  readonly caller: string | undefined;
  /** Seconds since boot, if the kernel says so. */
  readonly time: number | undefined;
  /** The part of the line before the kernel's own prefix. */
  readonly before: string;
}

/** A record from /dev/kmsg: "priority,sequence,microseconds,flags[,caller=T12];text". */
const KMSG_RECORD =
  /^(?<priority>\d+),\d+,\d+,[^,;]*(?:,(?:caller=(?<caller>[TC]\d+)|[^,;]*))*;(?<text>.*)$/u;

/** "<4>[    1.234567][   T12] text"; some vendors add the processor: "[    1.234567@0]", "[    1.234567,0]". */
const PRINTK_PREFIX =
  /(?:<\d+>)?\[ *(?<time>\d+\.\d{6})(?:[@,/]\d+)?\](?:\[ *(?<caller>[TC]\d+)[^\]]*\])? ?/u;
const PREFIX_FIRST = new RegExp(`^${PRINTK_PREFIX.source}`, 'u');

/**
 * What follows the stamp on consoles of some vendors, "[4:  loader:  825] ", "-(4)[825:loader]", "c4 825 (loader) ", and
 * in a journal shown with the kernel's own time, "board kernel: ".
 */
const BEHIND_STAMP =
  /^(?: ?\[\d+: *[^:\]]{1,16}: *\d+\] ?| ?-?\(\d+\)\[\d+:[^\]]{1,24}\] ?|c\d +\d+ (?:\([^)]{1,16}\) )?|(?:[\w.-]+ )?kernel: )/u;

/** What logging hosts put before a kernel's line. */
const HOST_PREFIXES = [
  // journald and syslog: "Nov 23 11:28:19 board kernel: ", "2026-11-23T11:28:19+0100 board kernel: ",
  // "Mon 2026-11-23 11:28:19 CET board kernel: ", and by RFC 5424.
  String.raw`\w{3} +\d+ [\d:.]{8,} \S+ kernel(?:\[\d+\])?: `,
  String.raw`\d{4}-\d\d-\d\d[T ][\d:.,]{8,}(?:Z|[+-]\d\d:?\d\d)? \S+ kernel(?:\[\d+\])?: `,
  String.raw`\w{3} \d{4}-\d\d-\d\d [\d:.]{8,} \S+ \S+ kernel: `,
  String.raw`<\d+>1 \S+ \S+ kernel \S+ \S+ (?:-|\[[^\]]*\]) `,
  // A recorder's: ISO 8601 or a time of day, in brackets or not, and the date of ts.
  String.raw`\[?\d{4}-\d\d-\d\d[T ][\d:.,]{8,}(?:Z|[+-]\d\d:?\d\d)?\]?:? ?`,
  String.raw`\[?\d\d:\d\d:\d\d(?:[.,:]\d+)?\]? ?`,
  String.raw`\w{3} +\d+ \d\d:\d\d:\d\d(?:\.\d+)? `,
  // dmesg -T and -x, grabserial, and logcat.
  String.raw`\[\w{3} \w{3} +\d+ [\d:]{8} \d{4}\] ?`,
  String.raw`kern *:\w+ *: `,
  String.raw`\[\d+\.\d{6} \d+\.\d{6}\] ?`,
  String.raw`\d\d-\d\d [\d:.]{8,} +\d+ +\d+ [A-Z] [^:]{0,24}: `,
];
/** Some come in pairs: "kern  :warn  : [Mon Nov 23 11:28:19 2026] ". */
const HOST_PREFIX = new RegExp(`^(?:${HOST_PREFIXES.join('|')}){1,2}`, 'u');

/** Old pstore dumps have a blank after it. */
const LEVEL_ONLY = /^<\d+>(?: (?=[A-Za-z-]))?/u;
// oxlint-disable-next-line no-control-regex -- escape sequences begin with one
const ESCAPES = /\u001B\[[\d;?]*[A-Za-z]/gu;

/** Priorities hold the facility above three bits of level; 0 is the kernel itself. */
const LEVELS = 8;

/** Parses a line of a console or of /dev/kmsg. A line that a program wrote to the kernel log is returned empty. */
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
  const text = line.slice(prefix.index + prefix[0].length);
  return {
    text: mayHaveMore(text) ? text.replace(BEHIND_STAMP, '') : text,
    caller: prefix.groups?.['caller'],
    time: Number(prefix.groups?.['time']),
    before: line.slice(0, prefix.index),
  };
}

/** Cheap enough for every line. */
function mayHaveMore(text: string): boolean {
  return ' [-(c'.includes(text.charAt(0)) || text.includes('kernel: ');
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
