import type { Architecture, BootConditions } from './architecture.ts';

/** x86-64 on QEMU's microvm, booting the uncompressed vmlinux through PVH. */
export const x8664 = {
  name: 'x86_64',
  byDefault: true,
  hostArch: 'x64',
  triple: 'x86_64-linux-gnu',
  debianName: 'amd64',
  kernel: {
    makeArch: 'x86_64',
    sourceArch: 'x86',
    targets: ['vmlinux'],
    bootImage: 'vmlinux',
  },
  compat: { triple: 'i686-linux-gnu', debianName: 'i386', kernelHeaders: true, vdsoCompiler: false },
  memoryTagging: false,
  qemu: {
    binary: 'qemu-system-x86_64',
    packages: ['qemu-system-x86'],
    // Against q35, microvm has a seventh of the device state, clones sooner, and its firmware describes all processors
    // to a kernel without ACPI; on q35 such a kernel finds only the first. Without the RTC the guest has no date.
    machineType: () => 'microvm,rtc=on,acpi=off',
    processor: (accelerator) => (accelerator === 'kvm' ? 'host' : 'max'),
  },
  serialDevice: 'ttyS0',
  // Without ACPI and keyboard controller a triple fault is the one way to reset, and -no-reboot makes an exit of it.
  kernelParameters: (boot) => ['reboot=t', ...clockParameters(boot)],
} as const satisfies Architecture;

/**
 * Under TCG the guest's time stamp counter is the host's. The guest would measure its frequency against an emulated
 * timer and, when QEMU is preempted meanwhile, find no result and fall back to a clock that ticks a hundred times a
 * second. So it is told the frequency, and the loops per tick that follow from it.
 */
function clockParameters({ accelerator, hostTscKhz, ticksPerSecond }: BootConditions): string[] {
  if (accelerator !== 'tcg' || hostTscKhz === undefined) return [];
  const loopsPerTick =
    ticksPerSecond === undefined ? [] : [`lpj=${Math.round((hostTscKhz * 1000) / ticksPerSecond)}`];
  return ['tsc=reliable', `tsc_early_khz=${hostTscKhz}`, ...loopsPerTick];
}
