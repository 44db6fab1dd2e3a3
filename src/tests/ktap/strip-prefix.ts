/** The version line, and what a kernel's console has before it. */
const VERSION = /^(.*?)K?TAP version \d+\s*$/u;

/** What a kernel says once its tests are over, in a guest that has nothing else to do. */
const END = /^(?:List of all partitions:|Kernel panic - not syncing: VFS:|reboot: System halted)/u;

/**
 * The lines of a document, from its version line on, without what the log puts before each: a time stamp, or the id of a
 * task. Empty where there is no version line.
 */
export function documentLines(text: string): readonly string[] {
  const lines = text.split(/\r?\n/u);
  const start = lines.findIndex((line) => VERSION.test(line));
  const prefix = VERSION.exec(lines[start] ?? '')?.[1] ?? '';
  if (start === -1) return [];
  // Stamps differ, but not in their length; what is shorter has none.
  const document = lines.slice(start).map((line) => withoutPrefix(line, prefix));
  const end = document.findIndex((line) => END.test(line));
  return end === -1 ? document : document.slice(0, end);
}

function withoutPrefix(line: string, prefix: string): string {
  if (line.startsWith(prefix)) return line.slice(prefix.length);
  return /^\s*\[/u.test(prefix) && /^\s*\[/u.test(line) ? line.slice(prefix.length) : line;
}
