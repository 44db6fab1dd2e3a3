/** A line of kernel text, taken apart. */
export interface ConsoleLine {
  /** What was printed, without any prefix. */
  readonly text: string;
  /** Who printed it, as CONFIG_PRINTK_CALLER says: `T12` is a task, `C0` a processor in an interrupt. */
  readonly caller: string | undefined;
}

/** A record as /dev/kmsg gives it: "priority,sequence,microseconds,flags[,caller=T12];text". */
const KMSG_RECORD =
  /^(?<priority>\d+),\d+,\d+,[^,;]*(?:,(?:caller=(?<caller>[TC]\d+)|[^,;]*))*;(?<text>.*)$/u;

/** "<4>[    1.234567][   T12] text". Whatever precedes it on the line is the rest of something that was cut off. */
const PRINTK_PREFIX = /(?:<\d+>)?\[ *\d+\.\d{6}\](?:\[ *(?<caller>[TC]\d+)\])? ?/u;

const LEVEL_ONLY = /^<\d+>/u;

/** Priorities hold the facility above three bits of level; 0 is the kernel itself. */
const LEVELS = 8;

/** Takes a line of a console or of /dev/kmsg apart. What a program wrote into the kernel log is an empty line. */
export function parseConsoleLine(line: string): ConsoleLine {
  const whole = line.replace(/\r+$/u, '');
  const record = KMSG_RECORD.exec(whole)?.groups;
  if (record !== undefined) {
    const { priority = '', caller, text = '' } = record;
    return { text: Number(priority) < LEVELS ? text : '', caller };
  }
  const prefix = PRINTK_PREFIX.exec(whole);
  if (prefix === null) return { text: whole.replace(LEVEL_ONLY, ''), caller: undefined };
  return { text: whole.slice(prefix.index + prefix[0].length), caller: prefix.groups?.['caller'] };
}
