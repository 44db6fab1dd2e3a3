import { parseRecord, RECORD_END, RECORD_MAX_BYTES, RECORD_START } from './frame.ts';

/** A stretch of bytes from the line. */
export type Decoded =
  | { readonly kind: 'record'; readonly record: object; readonly bytes: Buffer }
  | { readonly kind: 'text'; readonly bytes: Buffer }
  /** Began like a record, but is not one: cut short, overrun by kernel text, or with a wrong checksum. */
  | { readonly kind: 'damaged'; readonly bytes: Buffer };

/**
 * Separates records from text. Every byte comes out exactly once, as part of a whole record or as it is; what is kept
 * back never exceeds one record's length. A serial line delivers a few bytes at a time, so each byte is looked at once.
 */
export class RecordDecoder {
  /** The record that has begun: its RS and the bytes since. */
  readonly #pending = Buffer.alloc(RECORD_MAX_BYTES);
  #length = 0;

  /** What the chunk completes, in order. Bytes that may still become a record are kept back. */
  push(chunk: Uint8Array): Decoded[] {
    const found: Decoded[] = [];
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    while (rest.length > 0) {
      const used = this.#length === 0 ? this.#takeText(rest, found) : this.#continueRecord(rest, found);
      rest = rest.subarray(used);
    }
    return found;
  }

  /** The bytes kept back, at the end of the stream. */
  flush(): Decoded[] {
    const found: Decoded[] = [];
    if (this.#length > 0) this.#endDamaged(found);
    return found;
  }

  /** Takes everything before the next RS as text, and the RS as a record's beginning; returns how many bytes it took. */
  #takeText(bytes: Buffer, found: Decoded[]): number {
    const start = bytes.indexOf(RECORD_START);
    if (start !== 0) found.push({ kind: 'text', bytes: start === -1 ? bytes : bytes.subarray(0, start) });
    if (start === -1) return bytes.length;
    this.#append(bytes.subarray(start, start + 1));
    return start + 1;
  }

  #continueRecord(bytes: Buffer, found: Decoded[]): number {
    const window = bytes.subarray(0, RECORD_MAX_BYTES - this.#length);
    const lineEnd = window.indexOf(RECORD_END);
    const line = lineEnd === -1 ? window : window.subarray(0, lineEnd + 1);
    const again = line.indexOf(RECORD_START);
    if (again !== -1) {
      this.#append(line.subarray(0, again));
      this.#endDamaged(found);
      return again;
    }
    this.#append(line);
    if (lineEnd !== -1) this.#endLine(found);
    else if (this.#length === RECORD_MAX_BYTES) this.#endDamaged(found);
    return line.length;
  }

  #append(bytes: Buffer): void {
    bytes.copy(this.#pending, this.#length);
    this.#length += bytes.length;
  }

  #endLine(found: Decoded[]): void {
    const record = parseRecord(this.#pending.subarray(0, this.#length));
    if (record === undefined) this.#endDamaged(found);
    else found.push({ kind: 'record', record, bytes: this.#takePending() });
  }

  #endDamaged(found: Decoded[]): void {
    found.push({ kind: 'damaged', bytes: this.#takePending() });
  }

  #takePending(): Buffer {
    const bytes = Buffer.from(this.#pending.subarray(0, this.#length));
    this.#length = 0;
    return bytes;
  }
}
