import type { ConsoleText } from './console-text.ts';

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

/** Everything kgate knows of one architecture, as data and pure functions. What it does not have, it says. */
export interface Architecture {
  /** As specs, kernel files and `--arch` spell it. */
  readonly name: string;
  /** Whether it is booted without being asked for, and its tools belong to kgate's set-up. */
  readonly byDefault: boolean;
  /** Node's `process.arch` on a host of this architecture: only there can KVM run it. */
  readonly hostArch: string;
  /** GNU triple; the toolchain's programs are `<triple>-gcc` and so on. */
  readonly triple: string;
  /** What Debian calls it: the name in its packages of cross compilation. */
  readonly debianName: string;
  readonly kernel: {
    /** The value of `ARCH=` for the kernel's make. */
    readonly makeArch: string;
    /** The folder below `arch/` in the kernel tree: what Kbuild calls SRCARCH. */
    readonly sourceArch: string;
    /** Make targets to build. */
    readonly targets: readonly string[];
    /** The file QEMU boots, relative to the object directory. */
    readonly bootImage: string;
    /** Config symbols without which no guest answers, and why; see guest-needs.ts for those of every architecture. */
    readonly guestNeeds: Readonly<Record<string, string>>;
    /** Config symbols without which a kernel finds only some of its processors. */
    readonly processorSymbols: readonly string[];
    /** Where QEMU puts the first byte of the image. Absent where the ELF headers of vmlinux give physical addresses. */
    readonly loadAddress?: bigint;
  };
  /** The 32-bit programs that its kernels execute, too; undefined where there is no toolchain for any. */
  readonly compat: CompatPrograms | undefined;
  /** Whether there is a machine with memory tagging. */
  readonly memoryTagging: boolean;
  readonly qemu: {
    /** The emulator's program name. */
    readonly binary: string;
    /** The Debian packages that hold it and its firmware. */
    readonly packages: readonly string[];
    /** Arguments that choose machine type and processor. `-machine` is continued by the caller with `,key=value`. */
    machineType(shape: MachineShape): string;
    processor(accelerator: Accelerator): string;
  };
  /** Physical address of a page of the machine that is no RAM and may be mapped: guest programs know it as KGATE_DEVICE_PAGE. */
  readonly devicePage: bigint;
  /** The serial console's device name in the guest, without `/dev/`. */
  readonly serialDevice: string;
  /** What its kernels' messages show of it. */
  readonly console: ConsoleText;
  /** Kernel parameters that only this architecture wants. */
  kernelParameters(boot: BootConditions): readonly string[];
  readonly processor: ProcessorReading;
}

/** How a processor that hangs is read from outside, through QEMU's monitor. */
export interface ProcessorReading {
  /** What the kernel's own reports call the program counter. */
  readonly programCounter: string;
  /** Parses what "info registers -a" says of one processor. */
  parse(text: string): ProcessorRegisters | undefined;
  /**
   * Where a frame has the address of the next one, and the address to return to, counted from the frame pointer.
   * Undefined where no such pointer can be relied on: there the stack is searched for what calls have left.
   */
  readonly frame: { readonly next: number; readonly returnsTo: number } | undefined;
  readonly call: CallInstructions;
  /** Functions of a kernel that takes an interrupt: they say nothing of what it hangs in. */
  readonly interrupt: RegExp;
}

/** What the registers of a processor tell of a guest that says nothing any more. */
export interface ProcessorRegisters {
  readonly mode: 'user' | 'kernel' | 'halted';
  readonly interrupts: boolean;
  readonly programCounter: bigint;
  readonly stackPointer: bigint;
  /** Only where functions keep one. */
  readonly framePointer: bigint | undefined;
  /** Where the function returns to, as long as it calls no other; only where there is such a register. */
  readonly linkRegister: bigint | undefined;
}

/** How functions are called. */
export interface CallInstructions {
  /** How far before the address to return to a call can begin. */
  readonly bytes: number;
  /** Which address the code before an address calls: `unknown` where a register or memory says it, undefined where it is no call. */
  target(before: DataView, returnsTo: bigint): bigint | 'unknown' | undefined;
  /** Functions that call for others, so that the call tells nothing of who is called; undefined where there are none. */
  readonly thunk: RegExp | undefined;
}

/** How 32-bit programs are compiled for an architecture of 64 bits. */
export interface CompatPrograms {
  /** GNU triple of their toolchain. */
  readonly triple: string;
  /** What Debian calls their architecture. */
  readonly debianName: string;
  /** Whether the kernel's exported headers describe their ABI; if not, only what the C library lacks is taken. */
  readonly kernelHeaders: boolean;
  /** Whether the kernel's own vDSO for them needs their compiler. */
  readonly vdsoCompiler: boolean;
}

/** What an architecture's kernel parameters may depend on. */
export interface BootConditions {
  readonly accelerator: Accelerator;
  /** Frequency of the host's time stamp counter in kHz, where it has one and it is known. */
  readonly hostTscKhz: number | undefined;
  /** The kernel's CONFIG_HZ, where it is known. */
  readonly ticksPerSecond: number | undefined;
}
