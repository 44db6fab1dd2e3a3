/**
 * Decodes UTF-8 so that nothing is lost: a byte that is none becomes a lone surrogate, U+DC80 to U+DCFF, as Python's
 * "surrogateescape" has it. Such a character is printed as U+FFFD, and bytesOfText() gives the byte back.
 */
export function textOfBytes(bytes: Uint8Array): string {
  const text = decode(bytes);
  if (text !== undefined) return text;
  let result = '';
  let start = 0;
  for (let end = start; end < bytes.length; start = end) {
    end = bytes.indexOf(LINE_END, start) + 1;
    if (end === 0) end = bytes.length;
    const line = bytes.subarray(start, end);
    result += decode(line) ?? escapeLine(line);
  }
  return result;
}

/** The bytes that textOfBytes() read; UTF-8 for any other text. */
export function bytesOfText(text: string): Uint8Array {
  if (text.isWellFormed()) return Buffer.from(text);
  const parts = text.split(/([\udc80-\udcff])/u);
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 1 ? Buffer.of(part.charCodeAt(0) - ESCAPED + HIGH) : Buffer.from(part),
    ),
  );
}

const LINE_END = 0x0a;
const HIGH = 0x80;
const ESCAPED = 0xdc80;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

function escapeLine(line: Uint8Array): string {
  let result = '';
  for (let index = 0; index < line.length;) {
    const byte = line[index] ?? 0;
    const length = byte < HIGH ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    const character = decode(line.subarray(index, index + length));
    result += character ?? String.fromCharCode(ESCAPED + byte - HIGH);
    index += character === undefined ? 1 : length;
  }
  return result;
}
