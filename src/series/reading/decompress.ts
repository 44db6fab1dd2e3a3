import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { HostError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { seriesError } from '../patches/series-error.ts';

/** More than any thread has ever had; what decompresses to more is not a thread. */
const MOST_BYTES = 512 * 1024 * 1024;

/** Formats that Node reads itself, by their first bytes. */
const BUILT_IN = [
  { magic: [0x1f, 0x8b], unpack: promisify(gunzip) },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], unpack: promisify(zstdDecompress) },
] as const;

/** Formats that a program of the host reads. */
const BY_PROGRAM = [
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], program: 'xz', package: 'xz-utils' },
  { magic: [0x5d, 0x00, 0x00], program: 'xz', package: 'xz-utils' },
  { magic: [0x42, 0x5a, 0x68], program: 'bzip2', package: 'bzip2' },
] as const;

/** The content of a file compressed with gzip, zstd, xz or bzip2; other bytes unchanged. Reports a damaged file. */
export async function decompress(bytes: Uint8Array, file: string, signal?: AbortSignal): Promise<Uint8Array> {
  const begins = ({ magic }: { readonly magic: readonly number[] }) =>
    magic.every((byte, index) => bytes[index] === byte);
  const builtIn = BUILT_IN.find(begins);
  if (builtIn !== undefined)
    try {
      return await builtIn.unpack(bytes, { maxOutputLength: MOST_BYTES });
    } catch (error) {
      throw damaged(file, error instanceof Error ? error.message : String(error));
    }
  const tool = BY_PROGRAM.find(begins);
  return tool === undefined ? bytes : unpackBy(tool, bytes, file, signal);
}

async function unpackBy(
  { program, package: name }: (typeof BY_PROGRAM)[number],
  bytes: Uint8Array,
  file: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const result = await runCommand(program, ['-dc'], { input: bytes, asBytes: true, signal }).catch(
    (cause: unknown) => {
      if (!(cause instanceof HostError)) throw cause;
      throw new HostError(`${file} is compressed, and the program "${program}" was not found.`, {
        code: cause.code,
        hint: `Install it: apt-get install ${name}`,
        cause,
      });
    },
  );
  if (result.exitCode !== 0) {
    const said = result.output.split('\n').find((line) => line.includes(`${program}:`));
    throw damaged(file, said?.replace(/^.*?:\s*(?:\(stdin\): )?|\W+$/gu, '') ?? `${program} failed`);
  }
  return Buffer.from(result.stdout, 'latin1');
}

function damaged(file: string, reason: string) {
  return seriesError('SERIES_MAIL_INVALID', `${file} cannot be decompressed: ${reason}.`, 'Fetch it again.');
}
