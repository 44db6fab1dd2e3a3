import { stat } from 'node:fs/promises';
import type { MachineShape } from '../../arch/architecture.ts';
import type { BuiltImage } from '../../image/image.ts';

/** Smaller images are part of the memory that a spec asks for; a kernel maps memory in pieces no smaller than this. */
const STEP_MIB = 32;

/**
 * The machine that a case asks for, with the room that the guest programs of its run take: a case has the same memory
 * whether it runs alone or among thousands. All programs lie in the first NUMA node, whose share grows by all of it.
 */
export async function withRoomForImage(shape: MachineShape, image: BuiltImage): Promise<MachineShape> {
  const { size } = await stat(image.initramfs);
  const moreMiB = Math.floor(size / 2 ** 20 / STEP_MIB) * STEP_MIB;
  if (moreMiB === 0) return shape;
  return { ...shape, memoryMiB: shape.memoryMiB + moreMiB * (shape.numaNodes ?? 1) };
}
