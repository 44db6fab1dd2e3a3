import { askBinutils, type CompiledFile } from '../../process/source-lines.ts';

/** How to get from a function to its caller, at one place in its code. */
export interface UnwindRow {
  /** The caller's stack pointer: a register, and the distance from it. */
  readonly frame: { readonly register: string; readonly offset: bigint };
  /** Registers that were saved, by the distance from the caller's stack pointer. `ra` is the return address. */
  readonly saved: ReadonlyMap<string, bigint>;
}

/** The row for a place in the code; `undefined` where the tables say nothing that could be used. */
export type FindUnwindRow = (address: bigint) => UnwindRow | undefined;

interface Range {
  readonly begin: bigint;
  readonly end: bigint;
  /** Those that begin at or before an address are in force there, the last of them. */
  readonly rows: { readonly from: bigint; readonly row: UnwindRow | undefined }[];
}

/** Reads how to unwind the stack of a compiled program: its .eh_frame and .debug_frame, as readelf interprets them. */
export async function readUnwindTables(file: CompiledFile, signal?: AbortSignal): Promise<FindUnwindRow> {
  const args = ['--debug-dump=frames-interp', '--wide', file.path];
  return parseUnwindTables(await askBinutils(file, 'readelf', args, signal));
}

const COMMON = /^[0-9a-f]+ [0-9a-f]+ [0-9a-f]+ CIE /u;
const FUNCTION =
  /^[0-9a-f]+ [0-9a-f]+ [0-9a-f]+ FDE cie=(?<cie>[0-9a-f]+) pc=(?<begin>[0-9a-f]+)\.\.(?<end>[0-9a-f]+)/u;
const ROW = /^(?<from>[0-9a-f]+) +(?<rules>\S.*)$/u;

/** Parses what `readelf --debug-dump=frames-interp` prints. */
export function parseUnwindTables(text: string): FindUnwindRow {
  const ranges: Range[] = [];
  /** The rows of what functions have in common, by their place in their section. */
  let common = new Map<string, UnwindRow | undefined>();
  let columns: readonly string[] = [];
  let take: ((from: bigint, row: UnwindRow | undefined) => void) | undefined;

  for (const line of text.split('\n')) {
    const [first = ''] = line.split(' ', 1);
    const found = FUNCTION.exec(line)?.groups;
    if (line.startsWith('Contents of the ')) common = new Map();
    else if (COMMON.test(line)) {
      const shared = common;
      take = (_, row) => shared.set(first, row);
    } else if (found !== undefined) {
      const [begin, end] = [hex(found['begin']), hex(found['end'])];
      const range: Range = { begin, end, rows: [{ from: begin, row: common.get(found['cie'] ?? '') }] };
      ranges.push(range);
      take = (from, row) => range.rows.push({ from, row });
    } else if (/^ +LOC /u.test(line)) columns = line.trim().split(/ +/u).slice(2);
    else {
      const row = ROW.exec(line)?.groups;
      if (row !== undefined) take?.(hex(row['from']), parseRow(row['rules'] ?? '', columns));
    }
  }
  return (address) =>
    ranges
      .find(({ begin, end }) => address >= begin && address < end)
      ?.rows.findLast(({ from }) => from <= address)?.row;
}

/** "rsp+16  c-16  u  c-8": the frame, then a rule for each register. Rules that are expressions are not understood. */
function parseRow(text: string, columns: readonly string[]): UnwindRow | undefined {
  const [frame = '', ...rules] = text.trim().split(/ +/u);
  const found = /^(?<register>[a-z]\w*)(?<offset>[+-]\d+)$/u.exec(frame)?.groups;
  if (found === undefined) return undefined;
  const { register = '', offset = '0' } = found;
  const saved = columns.flatMap((name, index): [string, bigint][] => {
    const at = /^c(?<offset>[+-]\d+)$/u.exec(rules[index] ?? '')?.groups?.['offset'];
    return at === undefined ? [] : [[name, BigInt(at)]];
  });
  return { frame: { register, offset: BigInt(offset) }, saved: new Map(saved) };
}

const hex = (digits: string | undefined): bigint => BigInt(`0x${digits ?? '0'}`);
