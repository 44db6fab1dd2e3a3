import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { InterruptedError } from '../../errors.ts';
import { encodeHead, type FileDigests, type HeadFile } from './entry-head.ts';
import { EntryReader } from './entry-reader.ts';
import { damagedEntry } from './server-trouble.ts';

/** The memory of a guest is mostly zeros; higher levels take longer than the network saves. */
const LEVEL = 3;
const PIECE_BYTES = 2 ** 20;

/**
 * Writes an entry's files into one compressed file: a line of JSON that lists them, then their bytes, one after the
 * other. Throws if one of them is gone.
 */
export async function packEntry(
  folder: string,
  name: string,
  digests: FileDigests,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const files: HeadFile[] = [];
  for (const [path, digest] of digests)
    files.push({ path, bytes: (await stat(join(folder, path))).size, digest });
  const contents = async function* () {
    yield encodeHead(name, files);
    for (const { path, bytes } of files)
      if (bytes > PIECE_BYTES)
        yield* createReadStream(join(folder, path), { highWaterMark: PIECE_BYTES, end: bytes - 1 });
      // Synchronous, as there are hundreds of small ones.
      else yield readFileSync(join(folder, path));
  };
  const compress = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: LEVEL } });
  await pipeline(Readable.from(contents()), compress, createWriteStream(target), { signal });
}

/**
 * Unpacks an entry into an empty folder and returns the digests of its files, each of them checked. Zeros become holes.
 * Throws a ServerTrouble for anything but a whole entry of this name.
 */
export async function unpackEntry(
  blob: string,
  name: string,
  folder: string,
  signal?: AbortSignal,
): Promise<FileDigests> {
  const reader = new EntryReader(folder, name);
  const read = async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) await reader.take(chunk);
  };
  const decompress = createZstdDecompress({ chunkSize: PIECE_BYTES });
  try {
    await pipeline(
      createReadStream(blob, { highWaterMark: PIECE_BYTES }),
      decompress,
      read,
      ...(signal === undefined ? [] : [{ signal }]),
    );
    return reader.finish();
  } catch (error) {
    if (signal?.aborted === true) throw new InterruptedError();
    throw isDamage(error) ? damagedEntry('cannot be unpacked') : error;
  } finally {
    await reader.close();
  }
}

/** Bytes that are not compressed, and names that a disk does not take. */
const DAMAGE = /^(?:ZSTD_|Z_|EEXIST$|EISDIR$|ENOTDIR$|ENAMETOOLONG$|EILSEQ$|EINVAL$)/u;

function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && DAMAGE.test(String(error.code));
}
