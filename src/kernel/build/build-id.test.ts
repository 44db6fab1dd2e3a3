import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { BuildError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { readBuildId } from './build-id.ts';

/** An ELF file with one program header, which holds these notes. */
function elf(notes: Buffer): Buffer {
  const header = Buffer.alloc(64);
  header.write('\u007FELF', 'latin1');
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(1, 56);
  const program = Buffer.alloc(56);
  program.writeUInt32LE(4, 0);
  program.writeBigUInt64LE(120n, 8);
  program.writeBigUInt64LE(BigInt(notes.length), 32);
  return Buffer.concat([header, program, notes]);
}

function note(name: string, type: number, descriptor: Buffer): Buffer {
  const sizes = Buffer.alloc(12);
  for (const [index, value] of [name.length, descriptor.length, type].entries())
    sizes.writeUInt32LE(value, index * 4);
  const padded = Buffer.alloc(Math.ceil(name.length / 4) * 4);
  padded.write(name, 'latin1');
  return Buffer.concat([sizes, padded, descriptor]);
}

async function buildIdOf(content: Buffer): Promise<string> {
  await using folder = await createTemporaryFolder('kgate-build-id');
  const file = join(folder.path, 'vmlinux');
  await writeFile(file, content);
  return await readBuildId(file);
}

test('the build id is found among other notes', async (t) => {
  const id = Buffer.from('00112233445566778899aabbccddeeff00112233', 'hex');
  const notes = Buffer.concat([
    note('Xen\0', 3, Buffer.alloc(8)),
    note('Linux\0', 257, Buffer.alloc(4)),
    note('GNU\0', 3, id),
  ]);
  t.is(await buildIdOf(elf(notes)), id.toString('hex'));
});

test('a kernel without a build id is refused', async (t) => {
  await t.throwsAsync(buildIdOf(elf(note('GNU\0', 1, Buffer.alloc(16)))), { instanceOf: BuildError });
  await t.throwsAsync(buildIdOf(Buffer.from('not an ELF file')), { instanceOf: BuildError });
});
