import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** All output of make, to follow or to read afterwards. */
export interface BuildLog extends AsyncDisposable {
  write(line: string): void;
}

/**
 * Opens a log to append to. A log that cannot be written never fails a build: the important part is also in the error.
 */
export function openBuildLog(path: string): BuildLog {
  const stream = createWriteStream(path, { flags: 'a' });
  stream.on('error', () => undefined);
  return {
    write: (line) => void stream.write(`${line}\n`),
    [Symbol.asyncDispose]: async () => {
      stream.end();
      await finished(stream).catch(() => undefined);
    },
  };
}
