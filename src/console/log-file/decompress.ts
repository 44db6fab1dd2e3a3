import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { execa } from 'execa';
import { GROUP_LEADER, killTree, trackChild } from '../../process/children.ts';
import { NotALog } from './not-a-log.ts';

/** How a log can be compressed, and what undoes it: Node itself, or a program that nearly every system has. */
interface Compression {
  readonly name: string;
  readonly magic: string;
  readonly undo: (chunks: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;
}

const COMPRESSIONS: readonly Compression[] = [
  { name: 'gzip', magic: '1f8b', undo: (chunks) => through(chunks, createGunzip()) },
  { name: 'zstd', magic: '28b52ffd', undo: (chunks) => through(chunks, createZstdDecompress()) },
  { name: 'xz', magic: 'fd377a585a00', undo: (chunks) => throughProgram(chunks, 'xz') },
  { name: 'bzip2', magic: '425a68', undo: (chunks) => throughProgram(chunks, 'bzip2') },
];

/** As many bytes tell how a file is compressed. */
export const MAGIC_LENGTH = 6;

/** What was compressed, if the first bytes say that it was; a damaged end is a NotALog when it is reached. */
export function decompress(
  beginning: Buffer,
  chunks: AsyncIterable<Buffer>,
): AsyncIterable<Buffer> | undefined {
  const found = COMPRESSIONS.find(({ magic }) => beginning.toString('hex').startsWith(magic));
  return found === undefined ? undefined : undone(found, chunks);
}

async function* undone({ name, undo }: Compression, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* undo(chunks);
  } catch (error) {
    if (error instanceof NotALog) throw error;
    throw new NotALog(`as ${name} it is damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function through(chunks: AsyncIterable<Buffer>, undo: NodeJS.ReadWriteStream): AsyncIterable<Buffer> {
  const from = Readable.from(chunks);
  from.on('error', (error) => undo.emit('error', error));
  return from.pipe(undo) as unknown as AsyncIterable<Buffer>;
}

async function* throughProgram(chunks: AsyncIterable<Buffer>, program: string): AsyncGenerator<Buffer> {
  const child = trackChild(
    execa(program, ['-dc'], {
      ...GROUP_LEADER,
      reject: false,
      buffer: { stdout: false },
      encoding: 'buffer',
      stdin: 'pipe',
    }),
  );
  // A program that gives up says why; that it no longer reads is no news.
  void pipeline(chunks, child.stdin).catch(() => undefined);
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) yield chunk;
    const { code, exitCode, stderr } = await child;
    if (code === 'ENOENT') throw new NotALog(`it is compressed, and "${program}" is not installed`);
    if (exitCode !== 0) throw new Error(Buffer.from(stderr).toString('utf8').trim());
  } finally {
    await killTree(child);
  }
}
