import { BuildError } from '../errors.ts';

const HEADER_BYTES = 64;
const MAGIC = 0x7f_45_4c_46;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const SECTION_HAS_NO_BYTES = 8;

/** The bytes of the named section of a little-endian ELF64 file, or `undefined` when it has no such section. */
export function readElfSection(file: Buffer, name: string): Buffer | undefined {
  assertElf64(file);
  const entrySize = file.readUInt16LE(0x3a);
  const count = file.readUInt16LE(0x3c);
  const headers = Array.from({ length: count }, (_, index) =>
    sliceWithin(file, Number(file.readBigUInt64LE(0x28)) + index * entrySize, HEADER_BYTES),
  );
  const nameHeader = headers[file.readUInt16LE(0x3e)];
  if (nameHeader === undefined) return undefined;
  const names = bytesOf(file, nameHeader);
  const found = headers.find((header) => readString(names, header.readUInt32LE(0)) === name);
  return found === undefined ? undefined : bytesOf(file, found);
}

/** The strings of a section that C macros filled with them: each once, sorted; empty when the section is missing. */
export function readElfStrings(file: Buffer, section: string): string[] {
  const bytes = readElfSection(file, section) ?? Buffer.alloc(0);
  // The compiler may pad between strings, and the linker keeps a string for each place that uses it.
  const strings = bytes.toString('utf8').split('\0');
  return [...new Set(strings)].filter((text) => text !== '').toSorted();
}

function assertElf64(file: Buffer): void {
  const whole = file.length >= HEADER_BYTES && file.readUInt32BE(0) === MAGIC;
  if (!whole || file[4] !== CLASS_64 || file[5] !== LITTLE_ENDIAN) throw malformed('it is no ELF64 file');
}

function bytesOf(file: Buffer, header: Buffer): Buffer {
  if (header.readUInt32LE(4) === SECTION_HAS_NO_BYTES) return Buffer.alloc(0);
  return sliceWithin(file, Number(header.readBigUInt64LE(0x18)), Number(header.readBigUInt64LE(0x20)));
}

function readString(bytes: Buffer, start: number): string {
  const end = bytes.indexOf(0, start);
  return bytes.toString('latin1', start, end === -1 ? bytes.length : end);
}

function sliceWithin(file: Buffer, start: number, length: number): Buffer {
  if (start + length > file.length)
    throw malformed(`it ends at byte ${file.length}, but a part of it is said to end at ${start + length}`);
  return file.subarray(start, start + length);
}

function malformed(why: string): BuildError {
  return new BuildError(`The compiler's output could not be read: ${why}.`, {
    code: 'IMAGE_BINARY_UNREADABLE',
    hint: 'Check that the disk is not full and that the cross compiler is the one for this architecture.',
  });
}
