/** One function of a call trace. */
export interface StackFrame {
  /** The symbol as the kernel prints it, with the compiler's suffixes for split-off parts. */
  readonly symbol: string;
  /** Bytes from the symbol's beginning, and how long the symbol is. Some traces give no numbers. */
  readonly offset?: number;
  readonly size?: number;
  /** Absent if built in. */
  readonly module?: string;
}

/** A parsed line of a call trace. */
export interface FrameLine {
  /** Innermost first: some kernels name caller and callee on one line. */
  readonly frames: readonly StackFrame[];
  /** The unwinder does not vouch for it. */
  readonly guess: boolean;
}

const NAME = String.raw`[A-Za-z_][\w.$]*`;
/** "function+0x10/0x20 [module]". */
export const SYMBOL_SOURCE = String.raw`(?<symbol>${NAME})\+0x(?<offset>[0-9a-f]+)\/0x(?<size>[0-9a-f]+)(?: \[(?<module>[\w-]+)[^\]]*\])?`;
/**
 * Up to two addresses, of the frame and in the code: "[<ffff…>]", "[c000…] [c000…]". Up to 4.9 a stack's mark may stand
 * before them, and the rest of the line has a stamp of its own: "<IRQ> [ 1.234567] [<ffff…>]".
 */
const ADDRESSES = String.raw`(?:<[A-Z]+> +(?:\[ *\d+\.\d+\] *)?)?\(?(?:\[<?(?:0x)?[0-9a-f]{8,16}>?\] *){0,2}\(?`;

/** Most lines are like this; the others cost more to recognise. */
const PLAIN_FRAME = new RegExp(String.raw`^ +(?<guess>\? )?${SYMBOL_SOURCE}$`, 'u');
const FRAME = new RegExp(
  String.raw`^\s*${ADDRESSES}(?<guess>\? +)?\.?${SYMBOL_SOURCE}(?<unreliable> \(unreliable\))?`,
  'u',
);
/** "function (file.c:12 (discriminator 3)) [module]", as scripts/decode_stacktrace.sh leaves it. */
const DECODED = new RegExp(
  String.raw`^\s*${ADDRESSES}(?<guess>\? +)?(?<symbol>${NAME}) \((?:[\w./+-]+:\d+|\?\?:[?0]|\.?\/?\?:\?)(?: \(discriminator \d+\)| [\w./+-]+:\d+)*\)(?: \[(?<module>[\w-]+)[^\]]*\])?`,
  'u',
);
/** "callee [module] from caller+0x1/0x2", of 32-bit ARM; before 5.18 "[<c0…>] (callee) from [<c0…>] (caller+0x1/0x2)". */
const FROM = new RegExp(
  String.raw`^\s*${ADDRESSES}(?<callee>${NAME})\)?(?:\+0x[0-9a-f]+\/0x[0-9a-f]+)?\)?(?: \[(?<home>[\w-]+)[^\]]*\])?\)? from ${ADDRESSES}(?:${SYMBOL_SOURCE}|(?<caller>${NAME}) \()`,
  'u',
);

/** Parses a line of a call trace; `undefined` if it contains no frame. */
export function parseFrameLine(line: string): FrameLine | undefined {
  const plain = PLAIN_FRAME.exec(line);
  if (plain !== null) return { frames: [toFrame(plain)], guess: plain.groups?.['guess'] !== undefined };
  const from = line.includes(' from ') ? FROM.exec(line) : null;
  if (from !== null) return { frames: [calleeOf(from), toFrame(from)], guess: false };
  const match = FRAME.exec(line) ?? (line.includes(' (') ? DECODED.exec(line) : null);
  if (match === null) return undefined;
  const { guess, unreliable } = match.groups ?? {};
  return { frames: [toFrame(match)], guess: guess !== undefined || unreliable !== undefined };
}

/** The frame in a match of a pattern with the groups of SYMBOL_SOURCE. */
export function toFrame({ groups = {} }: RegExpExecArray): StackFrame {
  const { symbol, caller, offset, size, module } = groups;
  const frame = { symbol: symbol ?? caller ?? '' };
  if (offset === undefined || size === undefined) return module === undefined ? frame : { ...frame, module };
  const place = { ...frame, offset: Number.parseInt(offset, 16), size: Number.parseInt(size, 16) };
  return module === undefined ? place : { ...place, module };
}

function calleeOf({ groups = {} }: RegExpExecArray): StackFrame {
  const { callee = '', home } = groups;
  return home === undefined ? { symbol: callee } : { symbol: callee, module: home };
}
