import { isHelperFunction, isInterruptEntry } from './helper-functions.ts';

const SYMBOL = /(?<name>[A-Za-z_][\w.$]*)\+0x[0-9a-f]+\/0x[0-9a-f]+/u;
/**
 * A frame of a call trace. One that begins with "? " is a guess of the unwinder. One at offset 0 is not where a call was
 * made: the call was the last instruction of the function before, which never returns.
 */
const FRAME = new RegExp(`^\\s+(?:\\[<[0-9a-f]+>\\] )?(?!\\S+\\+0x0/)${SYMBOL.source}`, 'u');
/** Where the processor was; on arm64 also where it would have returned to. A wild jump leaves the first without a name. */
const REGISTERS = new RegExp(`^(?:RIP: [0-9a-f]{4}:|pc : |lr : )${SYMBOL.source}`, 'u');
const TRACE_HEADER = /^Call [Tt]race:/u;

/**
 * The function to blame for a report: the one its first line names, else where the processor was, else the innermost of
 * the call trace; the first of these that is no helper such as an allocator, a lock or the reporting itself.
 */
export function findGuiltyFunction(named: string | undefined, lines: readonly string[]): string | undefined {
  const registers = lines.flatMap((line) => REGISTERS.exec(line)?.groups?.['name'] ?? []).slice(0, 1);
  const place = [...(named === undefined ? [] : [named]), ...registers].map((symbol) => plainName(symbol));
  const callers = framesOfFirstTrace(lines).map((symbol) => plainName(symbol));
  const candidates = [...place, ...callers.filter((name) => !isInterruptEntry(name))];
  return candidates.find((name) => !isHelperFunction(name)) ?? place.find((name) => !/^el[01]/u.test(name));
}

function framesOfFirstTrace(lines: readonly string[]): string[] {
  const header = lines.findIndex((line) => TRACE_HEADER.test(line));
  if (header === -1) return [];
  const rest = lines.slice(header + 1);
  const end = rest.findIndex((line) => !isTraceLine(line));
  return (end === -1 ? rest : rest.slice(0, end)).flatMap((line) => FRAME.exec(line)?.groups?.['name'] ?? []);
}

/** Whether a line can stand in a call trace: a frame, a mark, or registers of the way into the kernel. */
export function isTraceLine(line: string): boolean {
  return /^\s|^RIP: |^Code: |^RSP: |^R\w\w: |^ORIG_RAX|^$/u.test(line);
}

/** Whether a line announces a call trace. */
export function isTraceHeader(line: string): boolean {
  return TRACE_HEADER.test(line);
}

/** A function's name without offsets, without the parts a compiler split off, and without a system call's wrapper. */
function plainName(symbol: string): string {
  return symbol
    .replace(/\+0x.*$/u, '')
    .replace(/\.(?:isra|constprop|part|cold|llvm)\b.*$/u, '')
    .replace(/^__(?:x64|ia32|arm64|se|do)_(?:compat_)?sys_/u, 'sys_');
}
