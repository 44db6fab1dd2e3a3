import { crc32 } from 'node:zlib';
import { isSealed, seal, type SealKey } from './seal.ts';

/** A record's parts, as docs/protocol.md defines them: RS, CRC-32, space, JSON, LF. */
export const RECORD_START = 0x1e;
export const RECORD_END = 0x0a;
/** The longest JSON in a record, in bytes. */
export const JSON_MAX_BYTES = 4096;

const SPACE = 0x20;
const CARRIAGE_RETURN = 0x0d;
const CHECKSUM_DIGITS = 8;
/** Bytes before the JSON: RS, checksum, space. */
const HEAD_BYTES = 1 + CHECKSUM_DIGITS + 1;

/** The longest whole record, from RS to LF inclusive. */
export const RECORD_MAX_BYTES = HEAD_BYTES + JSON_MAX_BYTES + 1;

/** Writes an object as a record, sealed if there is a key; JSON.stringify escapes every control character. */
export function encodeRecord(value: object, key?: SealKey): Buffer {
  const text = JSON.stringify(value);
  const json = Buffer.from(key === undefined ? text : seal(text, key));
  const checksum = crc32(json).toString(16).padStart(CHECKSUM_DIGITS, '0');
  return Buffer.concat([Buffer.from(`\u001E${checksum} `), json, Buffer.of(RECORD_END)]);
}

/** The object in the bytes from RS to LF inclusive, or `undefined` if they are not a record, or a damaged one. */
export function parseRecord(frame: Buffer): object | undefined {
  if (frame.length <= HEAD_BYTES + 1 || frame[HEAD_BYTES - 1] !== SPACE) return undefined;
  const checksum = frame.toString('latin1', 1, HEAD_BYTES - 1);
  const json = jsonOf(frame);
  if (!/^[0-9a-f]{8}$/u.test(checksum) || crc32(json) !== Number.parseInt(checksum, 16)) return undefined;
  return parseObject(json.toString());
}

/** Whether a whole record was written by the agent that was given the key. */
export function isRecordSealed(frame: Buffer, key: SealKey): boolean {
  return isSealed(jsonOf(frame), key);
}

/** Without the carriage returns of a tty that is not raw: JSON has none. */
function jsonOf(frame: Buffer): Buffer {
  let end = frame.length - 1;
  while (end > HEAD_BYTES && frame[end - 1] === CARRIAGE_RETURN) end -= 1;
  return frame.subarray(HEAD_BYTES, end);
}

function parseObject(json: string): object | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
