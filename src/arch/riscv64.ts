import type { Architecture } from './architecture.ts';

/** 64-bit RISC-V on QEMU's virt machine, above OpenSBI, which QEMU loads by itself. */
export const riscv64 = {
  name: 'riscv64',
  byDefault: false,
  hostArch: 'riscv64',
  triple: 'riscv64-linux-gnu',
  debianName: 'riscv64',
  kernel: {
    makeArch: 'riscv',
    sourceArch: 'riscv',
    targets: ['Image'],
    bootImage: 'arch/riscv/boot/Image',
    // RAM begins at 2 GiB, and the first 2 MiB are OpenSBI's.
    loadAddress: 0x80_20_00_00n,
  },
  // Debian has no C library for 32-bit RISC-V.
  compat: undefined,
  memoryTagging: false,
  qemu: {
    binary: 'qemu-system-riscv64',
    packages: ['qemu-system-misc', 'opensbi'],
    machineType: () => 'virt',
    processor: (accelerator) => (accelerator === 'kvm' ? 'host' : 'rv64'),
  },
  serialDevice: 'ttyS0',
  kernelParameters: () => [],
} as const satisfies Architecture;
