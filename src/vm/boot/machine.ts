import type { Accelerator, Architecture, MachineShape } from '../../arch/architecture.ts';
import type { BuiltImage } from '../../image/image.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import { readHostCpu, type HostCpu } from './host-cpu.ts';
import { kernelCommandLine } from './kernel-command-line.ts';
import { readTicksPerSecond } from './kernel-ticks.ts';
import { findQemu, type Qemu } from '../qemu/qemu.ts';
import { qemuArguments, type QemuRole } from '../qemu/qemu-arguments.ts';

/** What a guest is made of. */
export interface MachineOptions {
  readonly architecture: Architecture;
  readonly kernel: BuiltKernel;
  readonly image: BuiltImage;
  readonly shape: MachineShape;
  readonly accelerator: Accelerator;
  /** The emulator to use instead of the host's own; see `findQemu`. */
  readonly qemuPath?: string | undefined;
}

/** One way to start a guest, with everything decided. */
export interface Machine {
  readonly options: MachineOptions;
  /** The kernel and its architecture, as they read after "the" in errors. */
  readonly subject: string;
  readonly qemu: Qemu;
  readonly host: HostCpu;
  arguments(role: QemuRole): string[];
}

/** Decides how to start guests of one kernel, image and shape. */
export async function planMachine(options: MachineOptions): Promise<Machine> {
  const { architecture, kernel, image, shape, accelerator } = options;
  const [qemu, host, ticksPerSecond] = await Promise.all([
    findQemu(architecture, options.qemuPath),
    readHostCpu(),
    readTicksPerSecond(kernel.config),
  ]);
  const commandLine = kernelCommandLine(architecture, shape, {
    accelerator,
    hostTscKhz: host.tscKhz,
    ticksPerSecond,
  });
  return {
    options,
    subject: `kernel ${kernel.id} (${kernel.arch}, ${kernel.variant})`,
    qemu,
    host,
    arguments: (role) =>
      qemuArguments({
        architecture,
        accelerator,
        shape,
        kernel: kernel.bootImage,
        initramfs: image.initramfs,
        commandLine,
        role,
        sandbox: qemu.sandbox,
      }),
  };
}
