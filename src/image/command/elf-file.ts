import { open } from 'node:fs/promises';

/** What the kernel and the dynamic loader read of an ELF file before they execute it. */
export interface ElfFile {
  /** The number of the machine, as elf(5) has it. */
  readonly machine: number;
  readonly bits: 32 | 64;
  /** The dynamic loader; absent in a static program and in a library. */
  readonly interpreter: string | undefined;
  /** The libraries it needs, by their names. */
  readonly needed: readonly string[];
  /** Where it says that they are, unexpanded. */
  readonly runPaths: readonly string[];
}

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_RPATH = 15;
const DT_RUNPATH = 29;
const EI_CLASS = 4;
const EI_DATA = 5;
const MACHINE = 18;
/** Longer than any header, so that it can be read at once. */
const HEADER_BYTES = 64;
/** No program has more headers, entries or longer names; a file that says so is none. */
const TABLE_MAX = 1 << 20;
const NAME_MAX = 4096;

/** Offsets of the fields in the two classes of ELF files. */
const LAYOUTS = {
  1: { bits: 32, table: 28, size: 42, count: 44, offset: 4, address: 8, length: 16, entry: 8, word: 4 },
  2: { bits: 64, table: 32, size: 54, count: 56, offset: 8, address: 16, length: 32, entry: 16, word: 8 },
} as const;

type Layout = (typeof LAYOUTS)[keyof typeof LAYOUTS];

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly length: number;
}

/** Reads the headers of a file; `undefined` when it is no little-endian ELF file, or a damaged one. */
export async function readElfFile(path: string): Promise<ElfFile | undefined> {
  await using file = await open(path, 'r');
  const read = async (at: number, length: number): Promise<Buffer> => {
    if (length > TABLE_MAX) return Buffer.alloc(0);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
    return buffer.subarray(0, bytesRead);
  };
  try {
    return await parse(read);
  } catch (error) {
    // Beyond the end of what was read.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

type Read = (at: number, length: number) => Promise<Buffer>;

async function parse(read: Read): Promise<ElfFile | undefined> {
  const header = await read(0, HEADER_BYTES);
  const layout = Object.entries(LAYOUTS).find(([id]) => Number(id) === header[EI_CLASS])?.[1];
  const isElf = header.toString('latin1', 0, 4) === '\u007FELF' && header[EI_DATA] === 1;
  if (!isElf || layout === undefined) return undefined;
  const segments = await readSegments(header, layout, read);
  const interpreter = segments.find(({ type }) => type === PT_INTERP);
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  return {
    machine: header.readUInt16LE(MACHINE),
    bits: layout.bits,
    interpreter:
      interpreter === undefined ? undefined : textAt(await read(interpreter.offset, interpreter.length), 0),
    ...(dynamic === undefined
      ? { needed: [], runPaths: [] }
      : await readDynamic(await read(dynamic.offset, dynamic.length), segments, layout, read)),
  };
}

async function readSegments(header: Buffer, layout: Layout, read: Read): Promise<Segment[]> {
  const size = header.readUInt16LE(layout.size);
  const count = header.readUInt16LE(layout.count);
  const table = await read(wordAt(header, layout.table, layout), size * count);
  return Array.from({ length: count }, (_, index) => {
    const one = table.subarray(index * size, (index + 1) * size);
    return {
      type: one.readUInt32LE(0),
      offset: wordAt(one, layout.offset, layout),
      address: wordAt(one, layout.address, layout),
      length: wordAt(one, layout.length, layout),
    };
  });
}

async function readDynamic(
  table: Buffer,
  segments: readonly Segment[],
  layout: Layout,
  read: Read,
): Promise<Pick<ElfFile, 'needed' | 'runPaths'>> {
  const entries = Array.from({ length: Math.floor(table.length / layout.entry) }, (_, index) => ({
    tag: wordAt(table, index * layout.entry, layout),
    value: wordAt(table, index * layout.entry + layout.word, layout),
  }));
  const strings = entries.find(({ tag }) => tag === DT_STRTAB)?.value ?? 0;
  const loaded = segments.find(
    ({ type, address, length }) => type === PT_LOAD && address <= strings && strings < address + length,
  );
  if (loaded === undefined) return { needed: [], runPaths: [] };
  const start = loaded.offset + strings - loaded.address;
  const textsOf = async (tag: number): Promise<string[]> =>
    Promise.all(
      entries
        .filter((entry) => entry.tag === tag)
        .map(async ({ value }) => textAt(await read(start + value, NAME_MAX), 0)),
    );
  // The older kind counts only where the newer one is missing.
  const newer = await textsOf(DT_RUNPATH);
  const paths = newer.length > 0 ? newer : await textsOf(DT_RPATH);
  return {
    needed: await textsOf(DT_NEEDED),
    runPaths: paths.flatMap((path) => path.split(':')).filter((path) => path !== ''),
  };
}

const wordAt = (bytes: Buffer, at: number, { word }: Layout): number =>
  word === 4 ? bytes.readUInt32LE(at) : Number(bytes.readBigUInt64LE(at));

function textAt(bytes: Buffer, at: number): string {
  const end = bytes.indexOf(0, at);
  return bytes.toString('utf8', at, end === -1 ? bytes.length : end);
}
