import { open } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import type { BuiltImage } from '../../image/image.ts';
import { withRoomForImage } from './room-for-image.ts';

async function imageOf(mib: number, use: (image: BuiltImage) => Promise<void>): Promise<void> {
  await using folder = await createTemporaryFolder('image');
  const initramfs = join(folder.path, 'initramfs.cpio');
  await using file = await open(initramfs, 'w');
  await file.truncate(mib * 2 ** 20);
  await use({ arch: 'x86_64', digest: '', initramfs, programs: new Map(), leftOut: new Map() });
}

test('a small image is part of the memory that a spec asks for', async (t) => {
  const shape = { cpus: 1, memoryMiB: 320 };
  await imageOf(31, async (image) => {
    t.is(await withRoomForImage(shape, image), shape);
  });
});

test('a large image takes no memory from its cases', async (t) => {
  await imageOf(92, async (image) => {
    t.deepEqual(await withRoomForImage({ cpus: 2, memoryMiB: 320 }, image), { cpus: 2, memoryMiB: 384 });
  });
});

test('each of several nodes grows by as much as the one that the image lies in', async (t) => {
  await imageOf(92, async (image) => {
    const { memoryMiB } = await withRoomForImage({ cpus: 2, memoryMiB: 320, numaNodes: 2 }, image);
    t.is(memoryMiB, 320 + 2 * 64);
  });
});
