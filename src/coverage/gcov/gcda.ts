import type { CountedObject } from './counter-map.ts';
import { countsBytes } from './version.ts';

// The format of a `.gcda` file, as gcc/gcov-io.h describes it: 32-bit words, 64-bit values with the low word first.
const MAGIC = 0x67_63_64_61;
const FUNCTION_TAG = 0x01_00_00_00;
const COUNTERS_TAG = 0x01_a1_00_00;
const WORDS_OF_FUNCTION = 3;

/** The `.gcda` file that the kernel itself would write for an object with these counters. */
export function encodeGcda(object: CountedObject, values: BigUint64Array): Buffer {
  const words: number[] = [MAGIC, object.version, object.stamp];
  const isRecent = countsBytes(object.version);
  const unit = isRecent ? 4 : 1;
  if (isRecent) words.push(object.checksum);
  for (const { ident, linesChecksum, graphChecksum, first, count } of object.functions) {
    words.push(FUNCTION_TAG, WORDS_OF_FUNCTION * unit, ident, linesChecksum, graphChecksum);
    words.push(COUNTERS_TAG, 2 * count * unit);
    for (const value of values.subarray(first, first + count))
      words.push(Number(value & 0xff_ff_ff_ffn), Number(value >> 32n));
  }
  const encoded = Buffer.alloc(4 * words.length);
  for (const [index, word] of words.entries()) encoded.writeUInt32LE(word, 4 * index);
  return encoded;
}
