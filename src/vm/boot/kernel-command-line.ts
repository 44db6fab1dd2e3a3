import type { Architecture, BootConditions, MachineShape } from '../../arch/architecture.ts';

/** The kernel's command line for every guest. It is the same for a template and for a cold boot. */
export function kernelCommandLine(
  architecture: Architecture,
  shape: MachineShape,
  boot: BootConditions,
): string {
  return [
    `console=${architecture.serialDevice}`,
    // A panic resets at once, and -no-reboot makes an exit of the reset. An Oops goes on, so that the agent can tell
    // what the kernel log says of it.
    'panic=-1',
    // Reports are read by machines and compared between runs: real addresses, at the places the symbol table says.
    'nokaslr',
    'no_hash_pointers',
    'printk.time=1',
    // A guest runs one test and keeps no secrets.
    'mitigations=off',
    // memfd_secret() is there but off by default before 6.5.
    'secretmem.enable=1',
    ...architecture.kernelParameters(boot),
    // The kernel's own division needs no firmware that describes nodes, and works alike on every machine.
    ...(shape.numaNodes === undefined ? [] : [`numa=fake=${shape.numaNodes}`]),
    ...(shape.parameters ?? []),
  ].join(' ');
}
