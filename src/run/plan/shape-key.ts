import type { MachineShape } from '../../arch/architecture.ts';

/** A text that tells one machine shape from another. */
export function shapeKey({ cpus, memoryMiB, numaNodes, mte, parameters }: MachineShape): string {
  const nodes = numaNodes === undefined ? [] : [`${numaNodes} nodes`];
  return [cpus, memoryMiB, ...nodes, ...(mte === true ? ['mte'] : []), ...(parameters ?? [])].join(' ');
}
