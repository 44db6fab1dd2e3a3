import type { Readable } from 'node:stream';
import { hasErrorCode } from '../../util/has-error-code.ts';

/** The standard streams of this process as bytes, for a command whose streams they become. */
export interface Streams {
  readonly stdin: Readable;
  write(descriptor: 1 | 2, bytes: Uint8Array): void;
  /** Settles when what was written has been taken. */
  settled(): Promise<void>;
  /** Aborted when the output has lost its reader. */
  readonly unread: AbortSignal;
}

/** The standard streams of this process. */
export function openStreams(): Streams {
  const unread = new AbortController();
  process.stdout.on('error', (error) => {
    if (hasErrorCode(error, 'EPIPE')) unread.abort();
  });
  let pending: Promise<unknown> = Promise.resolve();
  return {
    stdin: process.stdin,
    write(descriptor, bytes) {
      const stream = descriptor === 1 ? process.stdout : process.stderr;
      // A stream that fails has said so elsewhere.
      pending = new Promise<void>((resolve) => stream.write(bytes, () => resolve()));
    },
    settled: async () => {
      await pending;
    },
    unread: unread.signal,
  };
}
