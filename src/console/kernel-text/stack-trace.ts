import { withoutUndefined } from '../../util/without-undefined.ts';
/** One function of a call trace. */
export interface StackFrame {
  /** The symbol as the kernel prints it, with the parts that a compiler split off. */
  readonly symbol: string;
  /** Bytes from the symbol's beginning, and how long the symbol is. */
  readonly offset: number;
  readonly size: number;
  /** Absent for what is built in. */
  readonly module?: string;
}

/** The call trace of a report. */
export interface StackTrace {
  /** Innermost first. */
  readonly frames: readonly StackFrame[];
  /** Frames that the unwinder marked with "?". */
  readonly guesses: readonly StackFrame[];
  /** It came to an end: an explicit mark, a function that nobody calls, or something else that was said after it. */
  readonly closed: boolean;
  /** A line of it cannot be understood. */
  readonly garbled: boolean;
}

const SYMBOL_SOURCE = String.raw`(?<symbol>[A-Za-z_][\w.$]*)\+0x(?<offset>[0-9a-f]+)\/0x(?<size>[0-9a-f]+)(?: \[(?<module>\w+)[^\]]*\])?`;
const FRAME = new RegExp(`^\\s*(?:\\[<[0-9a-f]+>\\] )?(?<guess>\\? )?${SYMBOL_SOURCE}`, 'u');
const SYMBOL = new RegExp(`^${SYMBOL_SOURCE}`, 'u');
/** Where the processor was; a wild jump leaves this without a name. */
const PLACE = new RegExp(`^(?:RIP: [0-9a-f]{4}:|pc : |PC is at )${SYMBOL_SOURCE}`, 'u');
/** On arm64 also where it would have returned to. */
const RETURN = new RegExp(`^(?:lr : |LR is at )${SYMBOL_SOURCE}`, 'u');

const HEADER = /^(?:\s*Call [Tt]race:|\s+backtrace(?: \(crc [0-9a-f]+\))?:$|Backtrace:)/u;
/** Marks of stacks, a frame without a name, and what scripts put in for inlined functions. */
const MARK =
  /^\s*<\/?[A-Z_#]+>\s*$|^\s*={2,}|^\s*(?:\[<[0-9a-f]+>\] )?(?:\? )?0x[0-9a-f]+|^\s+\S+ \S+:\d+ \[inline\]/u;
const REGISTERS = /^(?:RIP|Code|RSP|R\w\w|ORIG_RAX|CS|CR2|FS|DR\d|PKRU|EIP|ESP|EAX|ESI|DS): /u;
const CUT_FRAME = /^\s.*\+0x[0-9a-f]*(?:\/(?:0(?:x[0-9a-f]*)?)?)?$/u;

/** Functions that nobody calls: where a task or a processor enters the kernel. */
const OUTERMOST =
  /^(?:entry_SYSCALL_64\w*|entry_SYSENTER\w*|entry_INT80\w*|ret_from_fork\w*|secondary_startup_64\w*|start_secondary|common_startup_64|x86_64_start_kernel|start_kernel|rest_init|el0\w*|ret_to_user|ret_fast_syscall|__secondary_switched|__primary_switched|secondary_start_kernel|kthread)$/u;

/** Whether a line announces a call trace. */
export function isTraceHeader(line: string): boolean {
  return HEADER.test(line);
}

/** Whether a line can stand in a call trace: a frame, a mark, or registers of the way into the kernel. */
export function isTraceLine(line: string): boolean {
  return line === '' || /^\s/u.test(line) || REGISTERS.test(line) || FRAME.test(line);
}

/** The function where the processor was when a report was made, if the report says. */
export function findPlace(lines: readonly string[]): StackFrame | undefined {
  return firstFrame(lines, PLACE);
}

/** The function to which the processor would have returned, if the report says. */
export function findReturn(lines: readonly string[]): StackFrame | undefined {
  return firstFrame(lines, RETURN);
}

/** Reads "name+0x1/0x2". */
export function parseSymbol(text: string): StackFrame | undefined {
  return toFrame(SYMBOL.exec(text));
}

/** Reads the first call trace of a report; of some kinds it begins without "Call Trace:". */
export function parseFirstTrace(lines: readonly string[], headless = false): StackTrace {
  const header = findHeader(lines, headless);
  const frames: StackFrame[] = [];
  const guesses: StackFrame[] = [];
  let closed = false;
  let garbled = false;
  for (const line of lines.slice(header + 1)) {
    if (!isTraceLine(line) || (frames.length > 0 && (line === '' || isTraceHeader(line)))) {
      closed ||= frames.length > 0;
      break;
    }
    const match = FRAME.exec(line);
    const frame = toFrame(match);
    if (frame !== undefined) (match?.groups?.['guess'] === undefined ? frames : guesses).push(frame);
    else if (/^\s*<\/(?:TASK|IRQ|NMI|SOFTIRQ|#\w+)>/u.test(line)) closed = true;
    else if (CUT_FRAME.test(line) && !MARK.test(line)) garbled = true;
  }
  const last = frames.at(-1);
  return { frames, guesses, closed: closed || (last !== undefined && OUTERMOST.test(last.symbol)), garbled };
}

/** The line before the first trace. Some sanitizers say with whom a trace begins, in words of their own. */
function findHeader(lines: readonly string[], headless: boolean): number {
  const header = lines.findIndex((line) => isTraceHeader(line));
  if (header !== -1) return header;
  if (!headless) return lines.length;
  const first = lines.findIndex((line) => /^\s/u.test(line) && FRAME.test(line));
  return first === -1 ? lines.length : first - 1;
}

function firstFrame(lines: readonly string[], pattern: RegExp): StackFrame | undefined {
  for (const line of lines) {
    const frame = toFrame(pattern.exec(line));
    if (frame !== undefined) return frame;
  }
  return undefined;
}

function toFrame(match: RegExpExecArray | null): StackFrame | undefined {
  if (match === null) return undefined;
  const { symbol = '', offset = '', size = '', module } = match.groups ?? {};
  return {
    symbol,
    offset: Number.parseInt(offset, 16),
    size: Number.parseInt(size, 16),
    ...withoutUndefined({ module }),
  };
}
