import { readFile } from 'node:fs/promises';
import { normalize } from 'node:path';
import { architectures } from '../../arch/architectures.ts';
import { KgateError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import type { BuiltKernel } from '../definition/kernel.ts';
import { findSymbol, parseSystemMap } from './system-map.ts';

/** A place in a kernel, as named in its reports. */
export interface CodeAddress {
  readonly symbol: string;
  /** Bytes from the symbol's beginning. */
  readonly offset: number;
  /** The symbol's size: tells functions of one name apart. */
  readonly size: number;
  /** Whether this is a return address, just after the call; else it is the instruction itself. */
  readonly isReturn: boolean;
}

/** A line of source that a place in a kernel was compiled from. */
export interface SourceLine {
  readonly function: string;
  /** Relative to the kernel tree; absent where nothing is known. */
  readonly file: string | undefined;
  readonly line: number | undefined;
}

/** A slow reader of tables must not keep a finding from being reported. */
const TIMEOUT_MS = 60_000;

/**
 * Finds the source lines of each place: the innermost inlined function first, the function that the
 * symbol names last. Places that the kernel's symbols or line tables do not know get an empty list.
 */
export async function findSourceLines(
  kernel: Pick<BuiltKernel, 'vmlinux' | 'systemMap' | 'arch'>,
  places: readonly CodeAddress[],
  signal?: AbortSignal,
): Promise<readonly (readonly SourceLine[])[]> {
  const symbols = parseSystemMap(await readFile(kernel.systemMap, 'utf8'));
  const addresses = places.map(({ symbol, offset, size, isReturn }) => {
    const found = findSymbol(symbols, symbol, size);
    // A place outside its symbol belongs to another kernel.
    if (found === undefined || offset > found.size) return undefined;
    return found.address + BigInt(isReturn ? offset - 1 : offset);
  });
  const known = addresses.filter((address) => address !== undefined);
  if (known.length === 0) return places.map(() => []);
  const found = parseAddr2line(await runAddr2line(kernel, known, signal)).values();
  return addresses.map((address) => (address === undefined ? [] : (found.next().value ?? [])));
}

/**
 * Returns nothing if the reader of line tables is missing or fails: a finding is worth reporting without lines, too.
 */
async function runAddr2line(
  { arch, vmlinux }: Pick<BuiltKernel, 'vmlinux' | 'arch'>,
  addresses: readonly bigint[],
  signal: AbortSignal | undefined,
): Promise<string> {
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  const { stdout } = await runCommand(
    `${architectures[arch].triple}-addr2line`,
    ['-e', vmlinux, '-f', '-i', '-a', ...addresses.map((address) => `0x${address.toString(16)}`)],
    { signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]) },
  ).catch((error: unknown) => {
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
    if (line !== '??' && file !== '??')
      found.at(-1)?.push({
        function: line,
        file: shortenPath(file),
        line: number === '?' || number === '0' ? undefined : Number(number),
      });
    at += 1;
  }
  return found;
}

/** Objects are compiled below a lineage's tree, and their line tables name it. */
function shortenPath(path: string): string {
  return normalize(path)
    .replace(/^.*\/lineages\/[^/]+\/source\//u, '')
    .replace(/^(?:\.\.\/)+/u, '');
}
