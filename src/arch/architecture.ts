import type { ConsoleText } from './console-text.ts';

/** The architectures that kgate boots, by their kgate name. */
export const ARCH_NAMES = ['x86_64', 'arm64'] as const;

/** An architecture's name as specs, kernel files and `--arch` spell it. */
export type ArchName = (typeof ARCH_NAMES)[number];

/** How the guest's processor is executed. */
export type Accelerator = 'kvm' | 'tcg';

/** What distinguishes one guest machine from another of the same architecture. */
export interface MachineShape {
  readonly cpus: number;
  readonly memoryMiB: number;
  /** NUMA nodes that the kernel divides the memory into; left out, there is one. */
  readonly numaNodes?: number;
  /** Memory tagging, where the architecture has it. */
  readonly mte?: true;
  /** Kernel parameters besides those of every guest. */
  readonly parameters?: readonly string[];
}

/** What a kernel needs of every machine, besides the shape that a spec asks for. */
export interface MachineNeeds {
  readonly moreMemoryMiB: number;
  readonly parameters: readonly string[];
}

/** Everything kgate knows of one architecture, as data and pure functions. A new architecture is one new file. */
export interface Architecture {
  readonly name: ArchName;
  /** Node's `process.arch` on a host of this architecture: only there can KVM run it. */
  readonly hostArch: NodeJS.Architecture;
  /** GNU triple; the toolchain's programs are `<triple>-gcc` and so on. */
  readonly triple: string;
  readonly kernel: {
    /** The value of `ARCH=` for the kernel's make. */
    readonly makeArch: string;
    /** The folder below `arch/` in the kernel tree: what Kbuild calls SRCARCH. */
    readonly sourceArch: string;
    /** Make targets to build. */
    readonly targets: readonly string[];
    /** The file QEMU boots, relative to the object directory. */
    readonly bootImage: string;
    /** Where QEMU puts the first byte of the image. Absent where the ELF headers of vmlinux give physical addresses. */
    readonly loadAddress?: bigint;
    /** Whether the vDSO of 32-bit programs needs the compiler for such programs. */
    readonly compatVdsoCompiler?: true;
  };
  /** The 32-bit programs that its kernels execute, too. */
  readonly compat: {
    /** GNU triple of their toolchain. */
    readonly triple: string;
    /** Whether the kernel's exported headers describe their ABI; if not, only what the C library lacks is taken. */
    readonly kernelHeaders: boolean;
  };
  readonly qemu: {
    /** The emulator's program name. */
    readonly binary: string;
    /** Arguments that choose machine type and processor. `-machine` is continued by the caller with `,key=value`. */
    machineType(shape: MachineShape): string;
    processor(accelerator: Accelerator): string;
  };
  /** The serial console's device name in the guest, without `/dev/`. */
  readonly console: string;
  /** What its kernels' messages show of it. */
  readonly consoleText: ConsoleText;
  /** Kernel parameters that only this architecture wants. */
  kernelParameters(boot: BootConditions): readonly string[];
}

/** What an architecture's kernel parameters may depend on. */
export interface BootConditions {
  readonly accelerator: Accelerator;
  /** Frequency of the host's time stamp counter in kHz, where it has one and it is known. */
  readonly hostTscKhz: number | undefined;
  /** The kernel's CONFIG_HZ, where it is known. */
  readonly ticksPerSecond: number | undefined;
}
