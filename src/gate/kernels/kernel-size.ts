import { open } from 'node:fs/promises';

/** Bytes of a kernel in memory, as `size` of binutils counts them. */
export interface KernelSize {
  /** Code and constants. */
  readonly text: number;
  readonly data: number;
  readonly bss: number;
}

const HEADER_BYTES = 64;
const SECTION_BYTES = 64;
const HAS_NO_BYTES = 8;
const [WRITABLE, ALLOCATED, EXECUTABLE] = [1n, 2n, 4n];

/**
 * Reads the sections of a little-endian ELF64 file and adds them up; only the headers are read, not a kernel's tens of
 * MiB.
 */
export async function readKernelSize(vmlinux: string): Promise<KernelSize> {
  await using file = await open(vmlinux);
  const header = Buffer.alloc(HEADER_BYTES);
  await file.read(header, 0, HEADER_BYTES, 0);
  const count = header.readUInt16LE(0x3c);
  const sections = Buffer.alloc(count * SECTION_BYTES);
  await file.read(sections, 0, sections.length, Number(header.readBigUInt64LE(0x28)));
  const sum = { text: 0, data: 0, bss: 0 };
  for (let at = 0; at < sections.length; at += SECTION_BYTES) {
    const flags = sections.readBigUInt64LE(at + 0x08);
    if ((flags & ALLOCATED) === 0n) continue;
    const size = Number(sections.readBigUInt64LE(at + 0x20));
    const constant = (flags & EXECUTABLE) !== 0n || (flags & WRITABLE) === 0n;
    if (constant) sum.text += size;
    else if (sections.readUInt32LE(at + 0x04) === HAS_NO_BYTES) sum.bss += size;
    else sum.data += size;
  }
  return sum;
}
