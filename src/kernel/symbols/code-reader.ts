import { open } from 'node:fs/promises';

/** Reads a kernel's code from its vmlinux, by the addresses at which it runs. */
export interface CodeReader extends AsyncDisposable {
  /** Nothing if the file has no such bytes. */
  read(address: bigint, length: number): Promise<Buffer | undefined>;
}

const HEADER_BYTES = 64;
const PT_LOAD = 1;

/** Opens a little-endian 64-bit vmlinux. */
export async function openCodeReader(vmlinux: string): Promise<CodeReader> {
  const file = await open(vmlinux);
  const readAt = async (offset: number, length: number): Promise<Buffer> => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  };
  try {
    const header = await readAt(0, HEADER_BYTES);
    const [size, count] = [header.readUInt16LE(54), header.readUInt16LE(56)];
    const table = await readAt(Number(header.readBigUInt64LE(32)), size * count);
    const segments = Array.from({ length: count }, (_, index) => table.subarray(index * size))
      .filter((entry) => entry.readUInt32LE(0) === PT_LOAD)
      .map((entry) => ({
        offset: Number(entry.readBigUInt64LE(8)),
        address: entry.readBigUInt64LE(16),
        bytes: entry.readBigUInt64LE(32),
      }));
    return {
      async read(address, length) {
        const segment = segments.find(
          (one) => address >= one.address && address + BigInt(length) <= one.address + one.bytes,
        );
        return segment && readAt(segment.offset + Number(address - segment.address), length);
      },
      [Symbol.asyncDispose]: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}
