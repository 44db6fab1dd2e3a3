import type { MachineNeeds, MachineShape } from '../../arch/architecture.ts';

/** The machine that a spec asks for, plus what the kernel needs. */
export function fitShape(shape: MachineShape, needs: MachineNeeds | undefined): MachineShape {
  if (needs === undefined) return shape;
  const parameters = [...(shape.parameters ?? []), ...needs.parameters];
  return {
    ...shape,
    memoryMiB: shape.memoryMiB + needs.moreMemoryMiB,
    ...(parameters.length === 0 ? {} : { parameters }),
  };
}
