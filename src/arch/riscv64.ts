import type { Architecture, ProcessorRegisters } from './architecture.ts';
import { readRegister } from './read-register.ts';
import { words } from './words.ts';

/** mstatus: whether the kernel takes interrupts. */
const INTERRUPTS = 1 << 1;
/** Addresses of the kernel have their first bit set; those of programs, and of OpenSBI, do not. */
const KERNEL_HALF = 1n << 63n;
/** Where QEMU puts OpenSBI, which runs without address translation. */
const FIRMWARE_BEGIN = 0x80_00_00_00n;
const FIRMWARE_END = 0x80_20_00_00n;

/** "auipc" and "jalr", each with part of the distance: the longest call. */
const LONGEST_CALL = 8;
const AUIPC = 0x17;
const OPCODE = 0x7f;
/** "jal ra", and "jalr ra" through a register; both with their opcode. */
const JAL_RA = 0x0ef;
const JAL_MASK = 0xfff;
const JALR_RA = 0x000e7;
const JALR_MASK = 0x07fff;
/** "c.jalr", two bytes long, which has a register but no distance. */
const SHORT_JALR = 0x9002;
const SHORT_JALR_MASK = 0xf07f;

/** 64-bit RISC-V on QEMU's virt machine, above OpenSBI, which QEMU loads by itself. */
export const riscv64 = {
  name: 'riscv64',
  byDefault: false,
  hostArch: 'riscv64',
  triple: 'riscv64-linux-gnu',
  debianName: 'riscv64',
  elf: { machine: 243 },
  kernel: {
    makeArch: 'riscv',
    sourceArch: 'riscv',
    targets: ['Image'],
    bootImage: 'arch/riscv/boot/Image',
    guestNeeds: {
      SERIAL_8250_CONSOLE: 'the agent answers on the serial console',
      SERIAL_OF_PLATFORM: 'the device tree says where the serial console is',
      FPU: 'its C library saves floating-point registers',
    },
    processorSymbols: ['SMP', 'NR_CPUS'],
    // RAM begins at 2 GiB, and the first 2 MiB are OpenSBI's.
    loadAddress: 0x80_20_00_00n,
  },
  otherBuilds: [
    { name: 'allnoconfig', config: 'all-off' },
    { name: 'no-mmu', config: { defconfig: 'nommu_virt_defconfig' } },
    { name: 'clang', config: 'fragments', family: 'llvm' },
  ],
  // Debian has no C library for 32-bit RISC-V.
  compat: undefined,
  memoryTagging: false,
  qemu: {
    binary: 'qemu-system-riscv64',
    packages: ['qemu-system-misc', 'opensbi'],
    machineType: () => 'virt',
    virtualCores: false,
    processor: (accelerator) => (accelerator === 'kvm' ? 'host' : 'rv64'),
  },
  ramAddress: 0x80_00_00_00n,
  // The UART.
  devicePage: 0x10_00_00_00n,
  serialDevice: 'ttyS0',
  earlyConsole: 'uart8250,mmio,0x10000000',
  console: {
    signs:
      /^epc : |^status: [0-9a-f]{16} badaddr: |__riscv_sys_|\bdo_trap_ecall_u\b|^Linux version .*\briscv64-linux|^Hardware name: riscv|^Booting Linux on hartid |^riscv: /u,
    place: 'epc : ',
    returnPlace: ' ra : ',
    registers: {
      line: 'epc : | ra : | gp : | t\\d : | s\\d+ ?: | a\\d : |status: ',
      name: String.raw`epc|[rgst]p|ra|[ast]\d{1,2}|status|badaddr|cause`,
      symbolic: ' ?(?<name>epc|ra) : (?=[A-Za-z_])',
    },
    systemCallPrefixes: ['__riscv_'],
    exceptions: `
      do_trap_* do_page_fault handle_exception handle_page_fault bad_area* no_context die_kernel_fault handle_break
      do_irq_stack ret_from_exception
    `,
    interrupts: 'handle_riscv_irq do_irq riscv_intc_irq riscv_timer_interrupt call_on_irq_stack',
    outermost:
      'ret_from_exception handle_exception do_trap_ecall_u smp_callin secondary_start_sbi _start_kernel',
  },
  kernelParameters: () => [],
  processor: {
    programCounter: 'epc',
    parse: parseProcessor,
    frame: { next: -16, returnsTo: -8 },
    call: { bytes: LONGEST_CALL, target: callTarget, thunk: undefined },
    interrupt: /^do_irq$|^handle_riscv_irq$|^riscv_intc_irq$/u,
  },
  programRegisters: {
    width: 8,
    names: words(`
      pc ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6
    `),
    programCounter: 'pc',
    stackPointer: 'sp',
    linkRegister: 'ra',
  },
} as const satisfies Architecture;

function parseProcessor(text: string): ProcessorRegisters | undefined {
  const programCounter = readRegister(text, 'pc');
  const stackPointer = readRegister(text, 'x2/sp');
  const status = readRegister(text, 'mstatus');
  if (programCounter === undefined || stackPointer === undefined || status === undefined) return undefined;
  // QEMU does not say which mode a processor is in.
  const firmware = programCounter >= FIRMWARE_BEGIN && programCounter < FIRMWARE_END;
  const kernel = programCounter >= KERNEL_HALF;
  return {
    mode: kernel || firmware ? 'kernel' : 'user',
    interrupts: !firmware && (!kernel || (Number(status & 0xffn) & INTERRUPTS) !== 0),
    programCounter,
    stackPointer,
    framePointer: readRegister(text, 'x8/s0'),
    linkRegister: readRegister(text, 'x1/ra'),
  };
}

function callTarget(before: DataView, returnsTo: bigint): bigint | 'unknown' | undefined {
  const word = before.getUint32(4, true);
  if ((word & JAL_MASK) === JAL_RA) return returnsTo - 4n + BigInt(jalDistance(word));
  if ((word & JALR_MASK) === JALR_RA) {
    const base = before.getUint32(0, true);
    const register = (word >> 15) & 31;
    if ((base & OPCODE) !== AUIPC || ((base >> 7) & 31) !== register) return 'unknown';
    // The shifts spread the sign.
    return returnsTo - 8n + BigInt((base & ~0xfff) + (word >> 20));
  }
  const short = before.getUint16(6, true);
  return (short & SHORT_JALR_MASK) === SHORT_JALR && short >> 7 !== SHORT_JALR >> 7 ? 'unknown' : undefined;
}

/** The bits of the distance are spread over the instruction so that hardware finds its sign where it always is. */
function jalDistance(word: number): number {
  return (
    ((word >> 31) << 20) |
    (((word >> 12) & 0xff) << 12) |
    (((word >> 20) & 1) << 11) |
    (((word >> 21) & 0x3ff) << 1)
  );
}
