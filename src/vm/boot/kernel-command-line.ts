import type { Architecture, BootConditions, MachineShape } from '../../arch/architecture.ts';

/** The kernel's command line for every guest. It is the same for a template and for a cold boot. */
export function kernelCommandLine(
  architecture: Architecture,
  shape: MachineShape,
  boot: BootConditions,
): string {
  return [
    `console=${architecture.serialDevice}`,
    // A panic resets at once, and -no-reboot turns the reset into an exit. An Oops goes on, so that the agent can
    // send what the kernel log says about it.
    'panic=-1',
    // Machines read reports and compare them between runs: real addresses, where the symbol table says they are.
    'nokaslr',
    'no_hash_pointers',
    'printk.time=1',
    // A guest runs one test and keeps no secrets.
    'mitigations=off',
    // Before 6.5, memfd_secret() is off by default.
    'secretmem.enable=1',
    ...architecture.kernelParameters(boot),
    // NUMA emulation needs no firmware that describes nodes, and works the same on every machine.
    ...(shape.numaNodes === undefined ? [] : [`numa=fake=${shape.numaNodes}`]),
    ...(shape.parameters ?? []),
  ].join(' ');
}
