/** How the characters of a log are encoded. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** How much of a file it takes to tell its encoding without a byte order mark. */
const LOOKED_AT = 4096;
const MOST = 0.9;

/** Decides by the byte order mark that Windows programs write, else by where the zero bytes of plain English are. */
export function encodingOf(beginning: Buffer): TextEncoding {
  if (beginning[0] === 0xff && beginning[1] === 0xfe) return 'utf-16le';
  if (beginning[0] === 0xfe && beginning[1] === 0xff) return 'utf-16be';
  const sample = beginning.subarray(0, LOOKED_AT);
  let [even, odd] = [0, 0];
  for (const [index, byte] of sample.entries()) {
    if (byte !== 0) continue;
    if (index % 2 === 0) even += 1;
    else odd += 1;
  }
  const pairs = Math.floor(sample.length / 2);
  if (pairs > 0 && odd / pairs > MOST && even === 0) return 'utf-16le';
  if (pairs > 0 && even / pairs > MOST && odd === 0) return 'utf-16be';
  return 'utf-8';
}

/** Converts the text to UTF-8, without the mark. */
export async function* toUtf8(chunks: AsyncIterable<Buffer>, encoding: TextEncoding): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}
