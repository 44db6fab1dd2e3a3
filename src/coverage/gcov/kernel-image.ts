import { readFile } from 'node:fs/promises';
import { UsageError } from '../../errors.ts';

const HEADER_BYTES = 64;
const MAGIC = 0x7f_45_4c_46;
const CLASS_64 = 2;
const SECTION_HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
const SYMBOL_BYTES = 24;
const SYMBOL_TABLE = 2;
const LOADED = 1;

/** A linked kernel: what stands where, by the addresses that its code uses. */
export interface KernelImage {
  /** Addresses of the symbols whose name the pattern matches. Local symbols of several files may share a name. */
  symbols(pattern: RegExp): readonly KernelSymbol[];
  /** The bytes that the linker put at an address. Throws for one that it put nothing at. */
  bytes(address: bigint, length: number): Buffer;
  /** The zero-terminated string at an address. */
  text(address: bigint): string;
  /** The physical address that the headers give for an address. */
  physical(address: bigint): bigint;
}

export interface KernelSymbol {
  readonly name: string;
  readonly address: bigint;
}

interface Segment {
  readonly offset: number;
  readonly address: bigint;
  readonly physical: bigint;
  readonly fileSize: bigint;
  readonly memorySize: bigint;
}

/** Reads a `vmlinux` file: little-endian ELF64, as all architectures of kgate have it. */
export async function readKernelImage(path: string): Promise<KernelImage> {
  const file = await readFile(path);
  if (file.length < HEADER_BYTES || file.readUInt32BE(0) !== MAGIC || file[4] !== CLASS_64)
    throw unreadable(path, 'it is no ELF64 file');
  const segments = readSegments(file);
  const segmentOf = (address: bigint, within: (segment: Segment) => bigint): Segment => {
    const found = segments.find(
      (segment) => address >= segment.address && address < segment.address + within(segment),
    );
    if (found === undefined) throw unreadable(path, `nothing was linked at 0x${address.toString(16)}`);
    return found;
  };
  const offsetOf = (address: bigint): number => {
    const segment = segmentOf(address, ({ fileSize }) => fileSize);
    return segment.offset + Number(address - segment.address);
  };
  return {
    symbols: (pattern) => [...readSymbols(file)].filter(({ name }) => pattern.test(name)),
    bytes(address, length) {
      const offset = offsetOf(address);
      if (offset + length > file.length) throw unreadable(path, 'it ends too early');
      return file.subarray(offset, offset + length);
    },
    text: (address) => readText(file, offsetOf(address)),
    physical(address) {
      const segment = segmentOf(address, ({ memorySize }) => memorySize);
      return address - segment.address + segment.physical;
    },
  };
}

function readSegments(file: Buffer): Segment[] {
  const table = Number(file.readBigUInt64LE(0x20));
  const headers = Array.from({ length: file.readUInt16LE(0x38) }, (_, index) =>
    file.subarray(table + index * PROGRAM_HEADER_BYTES, table + (index + 1) * PROGRAM_HEADER_BYTES),
  );
  return headers
    .filter((header) => header.readUInt32LE(0) === LOADED)
    .map((header) => ({
      offset: Number(header.readBigUInt64LE(8)),
      address: header.readBigUInt64LE(16),
      physical: header.readBigUInt64LE(24),
      fileSize: header.readBigUInt64LE(32),
      memorySize: header.readBigUInt64LE(40),
    }));
}

function* readSymbols(file: Buffer): Generator<KernelSymbol> {
  const table = Number(file.readBigUInt64LE(0x28));
  const section = (index: number) => {
    const start = table + index * SECTION_HEADER_BYTES;
    const header = file.subarray(start, start + SECTION_HEADER_BYTES);
    const offset = Number(header.readBigUInt64LE(24));
    return {
      type: header.readUInt32LE(4),
      link: header.readUInt32LE(40),
      content: file.subarray(offset, offset + Number(header.readBigUInt64LE(32))),
    };
  };
  for (let index = 0; index < file.readUInt16LE(0x3c); index++) {
    const { type, link, content } = section(index);
    if (type !== SYMBOL_TABLE) continue;
    const names = section(link).content;
    for (let at = 0; at < content.length; at += SYMBOL_BYTES)
      yield { name: readText(names, content.readUInt32LE(at)), address: content.readBigUInt64LE(at + 8) };
  }
}

function readText(bytes: Buffer, start: number): string {
  return bytes.toString('latin1', start, bytes.indexOf(0, start));
}

function unreadable(path: string, why: string): UsageError {
  return new UsageError(`The counters of the kernel ${path} were not found: ${why}.`, {
    code: 'COVERAGE_KERNEL_UNREADABLE',
    hint: 'A kernel that counts lines must be built by GCC 10 or later, with a fixed address: without CONFIG_RANDOMIZE_BASE.',
  });
}
