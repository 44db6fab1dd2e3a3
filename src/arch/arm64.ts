import type { Architecture } from './architecture.ts';

/** AArch64 on QEMU's virt machine. */
export const arm64: Architecture = {
  name: 'arm64',
  hostArch: 'arm64',
  triple: 'aarch64-linux-gnu',
  kernel: {
    makeArch: 'arm64',
    sourceArch: 'arm64',
    targets: ['Image'],
    bootImage: 'arch/arm64/boot/Image',
    // RAM begins at 1 GiB, and QEMU leaves the first 2 MiB to the device tree.
    loadAddress: 0x40_20_00_00n,
    compatVdsoCompiler: true,
  },
  compat: { triple: 'arm-linux-gnueabihf', kernelHeaders: false },
  qemu: {
    binary: 'qemu-system-aarch64',
    // The device tree says everything; without ACPI's tables a clone starts a little sooner.
    machineType: ({ mte }) => (mte === true ? 'virt,acpi=off,mte=on' : 'virt,acpi=off'),
    // QEMU emulates the architected pointer-authentication algorithm far more slowly than its own.
    processor: (accelerator) => (accelerator === 'kvm' ? 'host' : 'max,pauth-impdef=on'),
  },
  console: 'ttyAMA0',
  kernelParameters: () => [],
};
