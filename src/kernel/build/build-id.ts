import { open } from 'node:fs/promises';
import { BuildError } from '../../errors.ts';

const NT_GNU_BUILD_ID = 3;
const PT_NOTE = 4;

/** The GNU build id of a little-endian 64-bit ELF file, in hex. Throws a BuildError for a file that has none. */
export async function readBuildId(path: string): Promise<string> {
  await using file = await open(path);
  const read = async (offset: number, length: number): Promise<Buffer> => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  };
  const header = await read(0, 64);
  if (header.length === 64 && header.readUInt32BE(0) === 0x7f454c46) {
    const table = Number(header.readBigUInt64LE(32));
    const [size, count] = [header.readUInt16LE(54), header.readUInt16LE(56)];
    for (let index = 0; index < count; index++) {
      const entry = await read(table + index * size, size);
      if (entry.readUInt32LE(0) !== PT_NOTE) continue;
      const notes = await read(Number(entry.readBigUInt64LE(8)), Number(entry.readBigUInt64LE(32)));
      const id = findBuildId(notes);
      if (id !== undefined) return id;
    }
  }
  throw new BuildError(`The kernel ${path} has no build id.`, {
    code: 'KERNEL_BUILD_ID_MISSING',
    hint: 'Without one kgate cannot prove which kernel a guest runs; make sure that the linker gets --build-id.',
  });
}

/** Walks ELF notes: name size, descriptor size, type, then both padded to four bytes. */
function findBuildId(notes: Buffer): string | undefined {
  for (let offset = 0; offset + 12 <= notes.length;) {
    const nameSize = notes.readUInt32LE(offset);
    const size = notes.readUInt32LE(offset + 4);
    const type = notes.readUInt32LE(offset + 8);
    const name = offset + 12;
    const descriptor = name + pad(nameSize);
    if (type === NT_GNU_BUILD_ID && notes.toString('latin1', name, name + nameSize) === 'GNU\0')
      return notes.toString('hex', descriptor, descriptor + size);
    offset = descriptor + pad(size);
  }
  return undefined;
}

function pad(size: number): number {
  return Math.ceil(size / 4) * 4;
}
