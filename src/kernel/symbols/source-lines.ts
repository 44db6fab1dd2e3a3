import { readFile } from 'node:fs/promises';
import { normalize, relative } from 'node:path';
import { architectures } from '../../arch/architectures.ts';
import { readSourceLines, type SourceLine } from '../../process/source-lines.ts';
import type { BuiltKernel } from '../definition/kernel.ts';
import { TREE_IN_LINE_TABLES } from '../tools/tree-paths.ts';
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
  const file = { path: kernel.vmlinux, triple: architectures[kernel.arch].triple };
  const found = (await readSourceLines(file, known, signal)).values();
  return addresses.map((address) =>
    address === undefined ? [] : (found.next().value ?? []).flatMap(relativeToTree),
  );
}

/** A function without a line is told by the frame already. */
function relativeToTree(line: SourceLine): readonly SourceLine[] {
  return line.file === undefined ? [] : [{ ...line, file: shortenPath(line.file) }];
}

/** Objects are compiled in a folder below the tree: paths are relative to that, or begin with the tree's name. */
function shortenPath(path: string): string {
  const place = normalize(path);
  return place.startsWith(`${TREE_IN_LINE_TABLES}/`)
    ? relative(TREE_IN_LINE_TABLES, place)
    : place.replace(/^(?:\.\.\/)+/u, '');
}
