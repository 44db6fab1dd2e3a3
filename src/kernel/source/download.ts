import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InfraError, InterruptedError, UsageError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { acquireLock } from '../../store/lock.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { isDiskFull } from '../../util/disk-full.ts';
import type { OnSourceStep } from './source.ts';
import { makeFolder } from '../../util/make-folder.ts';

/** How long a server may say nothing. */
const SILENCE_MS = 60_000;

/** A file from an address, checked against its digest; fetched once and kept in the cache. */
export async function download(
  address: string,
  sha256: string,
  signal: AbortSignal | undefined,
  onStep: OnSourceStep,
): Promise<string> {
  const file = cacheFolder('downloads', sha256, 'archive');
  await using _lock = await acquireLock(cacheFolder('downloads', sha256), { signal });
  if ((await kindOfPath(file)) === 'file') return file;
  onStep('download');
  await using temporary = await createTemporaryFolder('download', cacheFolder('tmp'));
  const partial = join(temporary.path, 'archive');
  const digest = await fetchTo(partial, address, signal, onStep);
  if (digest !== sha256)
    throw new UsageError(
      `What ${address} holds is not what the kernel file means: its SHA-256 is ${digest}.`,
      {
        code: 'KERNEL_ARCHIVE_WRONG',
        hint: `The kernel file says ${sha256}. Correct one of the two; nothing was unpacked.`,
      },
    );
  await makeFolder(cacheFolder('downloads', sha256));
  await rename(partial, file);
  return file;
}

/** Returns the digest of what came. */
async function fetchTo(
  file: string,
  address: string,
  signal: AbortSignal | undefined,
  onStep: OnSourceStep,
): Promise<string> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), SILENCE_MS);
  const hash = createHash('sha256');
  try {
    const response = await fetch(address, {
      signal: AbortSignal.any([silence.signal, ...(signal === undefined ? [] : [signal])]),
    });
    if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    const expected = Number.isNaN(length) ? undefined : length;
    let done = 0;
    const watch = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        timer.refresh();
        hash.update(chunk);
        done += chunk.length;
        onStep('download', { done, expected });
        yield chunk;
      }
    };
    await pipeline(Readable.fromWeb(response.body), watch, createWriteStream(file));
    return hash.digest('hex');
  } catch (cause) {
    if (signal?.aborted === true) throw new InterruptedError();
    if (isDiskFull(cause)) throw cause;
    const reason = silence.signal.aborted ? `it said nothing for ${SILENCE_MS / 1_000} s` : reasonOf(cause);
    throw new InfraError(`The kernel source ${address} could not be fetched: ${reason}.`, {
      code: 'KERNEL_DOWNLOAD_FAILED',
      hint: 'See that the address is right and can be reached from here; nothing half-made is kept.',
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Node's fetch() says "fetch failed", and the reason is behind it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
