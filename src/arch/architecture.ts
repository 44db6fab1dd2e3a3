import type { ConsoleText } from './console-text.ts';

/** How a guest's processor is executed. */
export type Accelerator = 'kvm' | 'tcg';

/** What distinguishes one guest machine from another of the same architecture. */
export interface MachineShape {
  readonly cpus: number;
  readonly memoryMiB: number;
  /** NUMA nodes that the kernel divides the memory into; one by default. */
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

/** Everything kgate knows about one architecture, as data and pure functions. Missing features are explicit. */
export interface Architecture {
  /** As specs, kernel files and `--arch` spell it. */
  readonly name: string;
  /** Whether it is booted by default, and its tools belong to kgate's set-up. */
  readonly byDefault: boolean;
  /** Node's `process.arch` on a host of this architecture: only there can KVM run it. */
  readonly hostArch: string;
  /** GNU triple; the toolchain's programs are `<triple>-gcc` and so on. */
  readonly triple: string;
  /** Debian's name for it, as in its cross-compilation packages. */
  readonly debianName: string;
  /** Its number in the header of an ELF file, as elf(5) has it. */
  readonly elf: { readonly machine: number };
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
  /** Kernels that are built but not booted, to find what does not compile elsewhere. */
  readonly otherBuilds: readonly OtherBuild[];
  /** The 32-bit programs that its kernels also execute; undefined where there is no toolchain for any. */
  readonly compat: CompatPrograms | undefined;
  /** Whether it has a machine with memory tagging. */
  readonly memoryTagging: boolean;
  readonly qemu: {
    /** The emulator's program name. */
    readonly binary: string;
    /** The Debian packages that hold it and its firmware. */
    readonly packages: readonly string[];
    /** Arguments that choose machine type and processor. `-machine` is continued by the caller with `,key=value`. */
    machineType(shape: MachineShape): string;
    processor(accelerator: Accelerator): string;
    /** Whether it writes cores with the addresses that processors use, which takes walking their page tables. */
    readonly virtualCores: boolean;
  };
  /** Physical address of the first byte of RAM. */
  readonly ramAddress: bigint;
  /** Physical address of a page that is not RAM and may be mapped: guest programs know it as KGATE_DEVICE_PAGE. */
  readonly devicePage: bigint;
  /** The serial console's device name in the guest, without `/dev/`. */
  readonly serialDevice: string;
  /** The same line as `earlycon=` names it: a console before its driver is up. */
  readonly earlyConsole: string;
  /** How it shows in its kernels' messages. */
  readonly console: ConsoleText;
  /** Kernel parameters that only this architecture wants. */
  kernelParameters(boot: BootConditions): readonly string[];
  readonly processor: ProcessorReading;
  /** The registers of its programs. */
  readonly programRegisters: ProgramRegisters;
}

/** A kernel of this source that is built in another way, and never booted. */
export interface OtherBuild {
  /** As `--also-build` spells it. */
  readonly name: string;
  /** Where its configuration comes from: all off, the fragments of the kernel under test, or a file of the tree. */
  readonly config: 'all-off' | 'fragments' | { readonly defconfig: string };
  /** The value of `ARCH=`, and the compilers' GNU triple, where they differ from the architecture's. */
  readonly target?: { readonly makeArch: string; readonly triple: string };
  /** Built by clang and its tools. */
  readonly family?: 'llvm';
}

/** The registers of a program as ptrace(2) gives them: NT_PRSTATUS, each as wide as an address. */
export interface ProgramRegisters {
  /** Bytes of each. */
  readonly width: 4 | 8;
  /** In their order, by the names that binutils gives those of the unwind tables. */
  readonly names: readonly string[];
  readonly programCounter: string;
  readonly stackPointer: string;
  /** Where a function finds its return address; undefined where a call puts it on the stack. */
  readonly linkRegister: string | undefined;
  /** Bits of a return address that are no part of it: on 32-bit ARM one says which instruction set it leads to. */
  readonly returnFlags?: bigint;
}

/** How to read a hung processor from outside, through QEMU's monitor. */
export interface ProcessorReading {
  /** The program counter's name in the kernel's own reports. */
  readonly programCounter: string;
  /** Parses the output of "info registers -a" for one processor. */
  parse(text: string): ProcessorRegisters | undefined;
  /**
   * Where a frame has the address of the next one and the return address, relative to the frame pointer.
   * Undefined where no such pointer can be relied on: there the stack is searched for return addresses of calls.
   */
  readonly frame: { readonly next: number; readonly returnsTo: number } | undefined;
  readonly call: CallInstructions;
  /** Functions of a kernel that takes an interrupt: they say nothing about where it hangs. */
  readonly interrupt: RegExp;
}

/** What a processor's registers tell about a guest that has gone silent. */
export interface ProcessorRegisters {
  readonly mode: 'user' | 'kernel' | 'halted';
  readonly interrupts: boolean;
  readonly programCounter: bigint;
  readonly stackPointer: bigint;
  /** Only where functions keep one. */
  readonly framePointer: bigint | undefined;
  /** The return address of a leaf function; only where there is such a register. */
  readonly linkRegister: bigint | undefined;
}

/** How functions are called. */
export interface CallInstructions {
  /** How far before the return address a call can begin. */
  readonly bytes: number;
  /** The address that the code before an address calls: `unknown` if indirect, undefined if it is not a call. */
  target(before: DataView, returnsTo: bigint): bigint | 'unknown' | undefined;
  /** Functions that call others indirectly, hiding the call's target; undefined where there are none. */
  readonly thunk: RegExp | undefined;
}

/** How to compile 32-bit programs for a 64-bit architecture. */
export interface CompatPrograms {
  /** GNU triple of their toolchain. */
  readonly triple: string;
  /** Debian's name for their architecture. */
  readonly debianName: string;
  /** The name of their libraries' folders on Debian, where it is not the toolchain's. */
  readonly debianTriple?: string;
  readonly elfMachine: number;
  /** Whether the kernel's exported headers describe their ABI; if not, they only fill gaps of the C library. */
  readonly kernelHeaders: boolean;
  /** Whether the kernel's vDSO for them needs their compiler. */
  readonly vdsoCompiler: boolean;
  readonly registers: ProgramRegisters;
}

/** Facts that an architecture's kernel parameters may depend on. */
export interface BootConditions {
  readonly accelerator: Accelerator;
  /** Frequency of the host's time stamp counter in kHz, if it has one and it is known. */
  readonly hostTscKhz: number | undefined;
  /** The kernel's CONFIG_HZ, where it is known. */
  readonly ticksPerSecond: number | undefined;
}
