import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { CONTROL, REPLY_AT, REPLY_BYTES, slotAt, WINDOW_MAGIC } from './window.ts';

/** The host's end of the window that it shares with an executor. */
export interface SharedWindow extends Disposable {
  /** The names of the executor's operations, by their numbers; undefined as long as it is not ready. */
  readNames(): ReadonlyMap<string, number> | undefined;
  /** Requests that are answered. */
  readonly finished: number;
  /** Puts a request into the slot of this number, counted from 0, and tells the executor. */
  post(number: number, request: Buffer): void;
  readReply(number: number): Buffer;
}

/**
 * Opens the window in a guest's memory, before anybody in the guest does. It lies so many bytes behind the first, and
 * whatever was left there by the boot is wiped.
 */
export function openSharedWindow(memoryFile: string, at: number): SharedWindow {
  const file = openSync(memoryFile, 'r+');
  const blank = Buffer.alloc(CONTROL.bytes);
  writeSync(file, blank, 0, blank.length, at);
  const read = (offset: number, length: number): Buffer => {
    const bytes = Buffer.alloc(length);
    readSync(file, bytes, 0, length, at + offset);
    return bytes;
  };
  const readNumber = (offset: number): number => read(offset, 4).readUInt32LE();
  return {
    readNames() {
      if (readNumber(CONTROL.magic) !== WINDOW_MAGIC) return undefined;
      const names = read(CONTROL.names, CONTROL.namesBytes).toString('latin1').split('\0');
      return new Map(names.slice(0, names.indexOf('')).map((name, number) => [name, number]));
    },
    get finished() {
      return readNumber(CONTROL.finished);
    },
    post(number, request) {
      writeSync(file, request, 0, request.length, at + slotAt(number));
      const posted = Buffer.alloc(4);
      posted.writeUInt32LE(number + 1);
      writeSync(file, posted, 0, posted.length, at + CONTROL.posted);
    },
    readReply: (number) => read(slotAt(number) + REPLY_AT, REPLY_BYTES),
    [Symbol.dispose]: () => closeSync(file),
  };
}
