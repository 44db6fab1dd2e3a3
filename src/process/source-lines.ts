import { KgateError } from '../errors.ts';
import { runCommand } from './run-command.ts';

/** A line of source that a place in compiled code comes from. */
export interface SourceLine {
  readonly function: string;
  /** As the line tables have it; absent where nothing is known. */
  readonly file: string | undefined;
  readonly line: number | undefined;
}

/** A compiled file, and the toolchain that knows its format. */
export interface CompiledFile {
  readonly path: string;
  /** GNU triple. */
  readonly triple: string;
}

/** A slow reader of tables must not keep a finding from being reported. */
const TIMEOUT_MS = 60_000;

/** For each address of a compiled file its source lines, the innermost inlined function first. */
export async function readSourceLines(
  file: CompiledFile,
  addresses: readonly bigint[],
  signal?: AbortSignal,
): Promise<readonly (readonly SourceLine[])[]> {
  if (addresses.length === 0) return [];
  const output = await askBinutils(
    file,
    'addr2line',
    ['-f', '-i', '-a', '-e', file.path, ...addresses.map((address) => `0x${address.toString(16)}`)],
    signal,
  );
  const found = parseAddr2line(output);
  return addresses.map((_, index) => found[index] ?? []);
}

/**
 * What a program of the toolchain prints about a compiled file. Returns nothing if it is missing or fails: a finding is
 * worth reporting without lines, too.
 */
export async function askBinutils(
  { triple }: CompiledFile,
  program: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  const { stdout } = await runCommand(`${triple}-${program}`, args, {
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
  }).catch((error: unknown) => {
    if (signal?.aborted || !(error instanceof KgateError)) throw error;
    return { stdout: '' };
  });
  return stdout;
}

/** For each address a line with it, and then two lines for each function: its name, and its place as `file:line`. */
function parseAddr2line(output: string): (readonly SourceLine[])[] {
  const found: SourceLine[][] = [];
  const lines = output.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (/^0x[0-9a-f]+$/u.test(line)) {
      found.push([]);
      continue;
    }
    const place = /^(?<file>.+):(?<number>\d+|\?)(?: \(discriminator \d+\))?$/u.exec(
      lines[at + 1] ?? '',
    )?.groups;
    if (place === undefined) continue;
    const { file = '??', number = '?' } = place;
    if (line !== '??')
      found.at(-1)?.push({
        function: line,
        file: file === '??' ? undefined : file,
        line: number === '?' || number === '0' ? undefined : Number(number),
      });
    at += 1;
  }
  return found;
}
