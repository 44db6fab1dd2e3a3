import { parseRecord, RECORD_END, RECORD_MAX_BYTES, RECORD_START } from './record-frame.ts';

/** A stretch of what came over the line. */
export type Decoded =
  | { readonly kind: 'record'; readonly record: object; readonly bytes: Buffer }
  | { readonly kind: 'text'; readonly bytes: Buffer }
  /** Began like a record, but is none: cut short, overrun by kernel text, or wrong in its checksum. */
  | { readonly kind: 'damaged'; readonly bytes: Buffer };

/** Takes the line's bytes in chunks of any size. */
export interface RecordDecoder {
  /** What the chunk completes, in order. Bytes that may still become a record are kept back. */
  push(chunk: Uint8Array): Decoded[];
  /** The bytes kept back: there will be no more. */
  flush(): Decoded[];
}

/**
 * Separates records from text. Every byte comes out exactly once, as part of a whole record or as it is; what is kept
 * back never exceeds one record's length.
 */
export function createRecordDecoder(): RecordDecoder {
  /** From an RS on, or empty. */
  let pending: Buffer = Buffer.alloc(0);

  return {
    push(chunk) {
      const incoming = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      let rest = pending.length === 0 ? incoming : Buffer.concat([pending, incoming]);
      const found: Decoded[] = [];
      while (rest.length > 0) {
        const taken = takeFirst(rest);
        if (taken === undefined) break;
        found.push(taken.decoded);
        rest = rest.subarray(taken.length);
      }
      // A copy: the chunk's memory belongs to whoever pushed it.
      pending = Buffer.from(rest);
      return found;
    },
    flush() {
      const bytes = pending;
      pending = Buffer.alloc(0);
      return bytes.length === 0 ? [] : [{ kind: 'damaged', bytes }];
    },
  };
}

interface Taken {
  readonly decoded: Decoded;
  readonly length: number;
}

/** The first stretch of non-empty bytes, or `undefined` when its end is not there yet. */
function takeFirst(bytes: Buffer): Taken | undefined {
  const start = bytes.indexOf(RECORD_START);
  if (start !== 0) {
    const text = start === -1 ? bytes : bytes.subarray(0, start);
    return { decoded: { kind: 'text', bytes: text }, length: text.length };
  }
  const window = bytes.subarray(0, RECORD_MAX_BYTES);
  const end = window.indexOf(RECORD_END);
  const again = window.indexOf(RECORD_START, 1);
  if (again !== -1 && (end === -1 || again < end)) return damaged(bytes.subarray(0, again));
  if (end !== -1) return parsed(bytes.subarray(0, end + 1));
  return window.length === RECORD_MAX_BYTES ? damaged(window) : undefined;
}

function parsed(frame: Buffer): Taken {
  const record = parseRecord(frame);
  if (record === undefined) return damaged(frame);
  return { decoded: { kind: 'record', record, bytes: frame }, length: frame.length };
}

function damaged(bytes: Buffer): Taken {
  return { decoded: { kind: 'damaged', bytes }, length: bytes.length };
}
