import type { Architecture } from './architecture.ts';

/** x86-64 on QEMU's q35 machine, booting the uncompressed vmlinux through PVH. */
export const x8664: Architecture = {
  name: 'x86_64',
  hostArch: 'x64',
  triple: 'x86_64-linux-gnu',
  kernel: {
    makeArch: 'x86_64',
    targets: ['vmlinux'],
    bootImage: 'vmlinux',
  },
  qemu: {
    binary: 'qemu-system-x86_64',
    machineType: () => 'q35',
    processor: (accelerator) => (accelerator === 'kvm' ? 'host' : 'max'),
  },
  console: 'ttyS0',
  kernelParameters: [],
};
