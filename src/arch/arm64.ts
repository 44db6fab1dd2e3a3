import type { Architecture } from './architecture.ts';

/** AArch64 on QEMU's virt machine. */
export const arm64 = {
  name: 'arm64',
  byDefault: true,
  hostArch: 'arm64',
  triple: 'aarch64-linux-gnu',
  debianName: 'arm64',
  kernel: {
    makeArch: 'arm64',
    sourceArch: 'arm64',
    targets: ['Image'],
    bootImage: 'arch/arm64/boot/Image',
    // RAM begins at 1 GiB, and QEMU leaves the first 2 MiB to the device tree.
    loadAddress: 0x40_20_00_00n,
  },
  compat: { triple: 'arm-linux-gnueabihf', debianName: 'armhf', kernelHeaders: false, vdsoCompiler: true },
  memoryTagging: true,
  qemu: {
    binary: 'qemu-system-aarch64',
    packages: ['qemu-system-arm'],
    // The device tree says everything; without ACPI's tables a clone starts a little sooner.
    machineType: ({ mte }) => (mte === true ? 'virt,acpi=off,mte=on' : 'virt,acpi=off'),
    // QEMU emulates the architected pointer-authentication algorithm far more slowly than its own.
    processor: (accelerator) => (accelerator === 'kvm' ? 'host' : 'max,pauth-impdef=on'),
  },
  serialDevice: 'ttyAMA0',
  kernelParameters: () => [],
} as const satisfies Architecture;
