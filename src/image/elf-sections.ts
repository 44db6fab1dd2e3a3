import { BuildError } from '../errors.ts';

const MAGIC = 0x7f_45_4c_46;
const CLASS = 4;
const BYTE_ORDER = 5;
const LITTLE_ENDIAN = 1;
const SECTION_HAS_NO_BYTES = 8;

/** Offsets of the needed header fields in the two classes of ELF files. */
const LAYOUTS = {
  1: {
    header: 52,
    sections: 0x20,
    count: 0x30,
    names: 0x32,
    section: 40,
    offset: 16,
    size: 20,
    word: 4,
    segments: { table: 0x1c, count: 0x2c, entry: 32, offset: 4, size: 16 },
  },
  2: {
    header: 64,
    sections: 0x28,
    count: 0x3c,
    names: 0x3e,
    section: 64,
    offset: 24,
    size: 32,
    word: 8,
    segments: { table: 0x20, count: 0x38, entry: 56, offset: 8, size: 32 },
  },
} as const;

type Layout = (typeof LAYOUTS)[keyof typeof LAYOUTS];

/** The bytes of the named section of a little-endian ELF file, or `undefined` when it has no such section. */
export function readElfSection(file: Buffer, name: string): Buffer | undefined {
  const layout = layoutOf(file);
  const start = readWord(file, layout.sections, layout);
  const headers = Array.from({ length: file.readUInt16LE(layout.count) }, (_, index) =>
    sliceWithin(file, start + index * layout.section, layout.section),
  );
  const nameHeader = headers[file.readUInt16LE(layout.names)];
  if (nameHeader === undefined) return undefined;
  const names = bytesOf(file, nameHeader, layout);
  const found = headers.find((header) => readString(names, header.readUInt32LE(0)) === name);
  return found === undefined ? undefined : bytesOf(file, found, layout);
}

/** The strings that C macros put into a section: each once, sorted; empty when the section is missing. */
export function readElfStrings(file: Buffer, section: string): string[] {
  const bytes = readElfSection(file, section) ?? Buffer.alloc(0);
  // The compiler may pad between strings, and the linker keeps a string for each place that uses it.
  const strings = bytes.toString('utf8').split('\0');
  return [...new Set(strings)].filter((text) => text !== '').toSorted();
}

/** The part of a program that a kernel loads: without its section headers, and what only they refer to. */
export function loadablePart(file: Buffer): Buffer {
  const layout = layoutOf(file);
  const { table, count, entry, offset, size } = layout.segments;
  const start = readWord(file, table, layout);
  const number = file.readUInt16LE(count);
  const ends = Array.from({ length: number }, (_, index) => {
    const header = sliceWithin(file, start + index * entry, entry);
    return readWord(header, offset, layout) + readWord(header, size, layout);
  });
  const part = Buffer.from(sliceWithin(file, 0, Math.max(layout.header, start + number * entry, ...ends)));
  part.fill(0, layout.sections, layout.sections + layout.word);
  part.fill(0, layout.count, layout.names + 2);
  return part;
}

function layoutOf(file: Buffer): Layout {
  const isElf =
    file.length > BYTE_ORDER && file.readUInt32BE(0) === MAGIC && file[BYTE_ORDER] === LITTLE_ENDIAN;
  const layout = Object.entries(LAYOUTS).find(([id]) => Number(id) === file[CLASS])?.[1];
  if (!isElf || layout === undefined || file.length < layout.header)
    throw malformed('it is not a little-endian ELF file');
  return layout;
}

function bytesOf(file: Buffer, header: Buffer, layout: Layout): Buffer {
  if (header.readUInt32LE(4) === SECTION_HAS_NO_BYTES) return Buffer.alloc(0);
  return sliceWithin(file, readWord(header, layout.offset, layout), readWord(header, layout.size, layout));
}

const readWord = (bytes: Buffer, at: number, { word }: Layout): number =>
  word === 4 ? bytes.readUInt32LE(at) : Number(bytes.readBigUInt64LE(at));

function readString(bytes: Buffer, start: number): string {
  const end = bytes.indexOf(0, start);
  return bytes.toString('latin1', start, end === -1 ? bytes.length : end);
}

function sliceWithin(file: Buffer, start: number, length: number): Buffer {
  if (start + length > file.length)
    throw malformed(
      `it ends at byte ${file.length}, but its headers put the end of a part at ${start + length}`,
    );
  return file.subarray(start, start + length);
}

function malformed(why: string): BuildError {
  return new BuildError(`The compiler's output could not be read: ${why}.`, {
    code: 'IMAGE_BINARY_UNREADABLE',
    hint: 'Check that the disk is not full and that the cross compiler is the one for this architecture.',
  });
}
