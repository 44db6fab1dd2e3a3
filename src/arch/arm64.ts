import type { Architecture, ProcessorRegisters } from './architecture.ts';
import { readRegister } from './read-register.ts';
import { words } from './words.ts';

/** PSTATE: interrupts are masked; the lowest bits hold the exception level. */
const MASKED = 1 << 7;
const LEVEL = 0b1100;
/** "bl" with a distance in words, and "blr" through a register. */
const BRANCH_BYTES = 4;
const BRANCH_SHIFT = 26;
const BRANCH = 0b100101;
const INDIRECT_BRANCH_MASK = 0xfffffc1f;
const INDIRECT_BRANCH = 0xd63f0000;

/** AArch64 on QEMU's virt machine. */
export const arm64 = {
  name: 'arm64',
  byDefault: true,
  hostArch: 'arm64',
  triple: 'aarch64-linux-gnu',
  debianName: 'arm64',
  elf: { machine: 183 },
  kernel: {
    makeArch: 'arm64',
    sourceArch: 'arm64',
    targets: ['Image'],
    bootImage: 'arch/arm64/boot/Image',
    guestNeeds: { SERIAL_AMBA_PL011_CONSOLE: 'the agent answers on the serial console' },
    processorSymbols: ['SMP', 'NR_CPUS'],
    // RAM begins at 1 GiB, and QEMU leaves the first 2 MiB to the device tree.
    loadAddress: 0x40_20_00_00n,
  },
  otherBuilds: [
    { name: 'allnoconfig', config: 'all-off' },
    {
      name: 'no-mmu',
      config: { defconfig: 'mps2_defconfig' },
      target: { makeArch: 'arm', triple: 'arm-linux-gnueabihf' },
    },
    { name: 'clang', config: 'fragments', family: 'llvm' },
  ],
  compat: {
    triple: 'arm-linux-gnueabihf',
    debianName: 'armhf',
    elfMachine: 40,
    kernelHeaders: false,
    vdsoCompiler: true,
    registers: {
      width: 4,
      names: words('r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 r11 r12 r13 r14 r15 cpsr orig_r0'),
      programCounter: 'r15',
      stackPointer: 'r13',
      linkRegister: 'r14',
      returnFlags: 1n,
    },
  },
  memoryTagging: true,
  qemu: {
    binary: 'qemu-system-aarch64',
    packages: ['qemu-system-arm'],
    // The device tree describes everything; without ACPI's tables a clone starts a little sooner.
    machineType: ({ mte }) => (mte === true ? 'virt,acpi=off,mte=on' : 'virt,acpi=off'),
    // QEMU emulates the architected pointer-authentication algorithm far more slowly than its own.
    virtualCores: false,
    processor: (accelerator) => (accelerator === 'kvm' ? 'host' : 'max,pauth-impdef=on'),
  },
  ramAddress: 0x40_00_00_00n,
  // The UART.
  devicePage: 0x09_00_00_00n,
  serialDevice: 'ttyAMA0',
  earlyConsole: 'pl011,0x9000000',
  console: {
    // A 32-bit kernel says "Internal error: Oops: 5 [#1] SMP ARM", has an interrupt controller of the same name, and
    // numbers its processors with fewer digits.
    signs:
      /^pstate: |^x29: |^pc : (?!\[)|__arm64_sys_|\bel[01][ht]?_64_|^Internal error: .*: (?:0x)?[0-9a-f]{8,16} \[#|^Booting Linux on physical CPU 0x[0-9a-f]{10} |^Linux version .*\baarch64-linux/u,
    place: 'pc : ',
    returnPlace: 'lr : ',
    registers: {
      line: String.raw`x\d+ ?: |sp : |pstate: |pc : |lr : |Code: `,
      name: String.raw`x\d{1,2}|sp|pc|lr|pstate`,
      symbolic: '(?<name>pc|lr) : ',
    },
    systemCallPrefixes: ['__arm64_'],
    exceptions: `
      do_debug_exception do_mem_abort do_translation_fault do_page_fault do_kernel_fault __do_kernel_fault do_bad_area
      do_tag_check_fault do_alignment_fault do_sea do_sp_pc_abort do_undefinstr do_el1_* el1_* el1h_* el0_* el0t_* do_el0_svc
      bug_handler ubsan_handler brk_handler bug_brk_handler call_break_hook call_el1_break_hook do_el1_brk64 die_kernel_fault
      panic_bad_stack handle_bad_stack __bad_stack invoke_syscall
    `,
    interrupts: 'gic_* do_interrupt_handler call_on_irq_stack arch_timer_handler_*',
    outermost: 'el0* ret_to_user __secondary_switched __primary_switched secondary_start_kernel',
  },
  kernelParameters: () => [],
  processor: {
    programCounter: 'pc',
    parse: parseProcessor,
    frame: { next: 0, returnsTo: 8 },
    call: { bytes: BRANCH_BYTES, target: callTarget, thunk: undefined },
    interrupt: /^el[01][th]?_(?:(?:32|64)_)?(?:irq|interrupt)|^vectors$/u,
  },
  programRegisters: {
    width: 8,
    names: words(`
      x0 x1 x2 x3 x4 x5 x6 x7 x8 x9 x10 x11 x12 x13 x14 x15 x16 x17 x18 x19 x20 x21 x22 x23 x24 x25 x26 x27 x28 x29 x30
      sp pc pstate
    `),
    programCounter: 'pc',
    stackPointer: 'sp',
    linkRegister: 'x30',
  },
} as const satisfies Architecture;

function parseProcessor(text: string): ProcessorRegisters | undefined {
  const programCounter = readRegister(text, 'PC');
  const stackPointer = readRegister(text, 'SP');
  const state = readRegister(text, 'PSTATE');
  if (programCounter === undefined || stackPointer === undefined || state === undefined) return undefined;
  return {
    mode: (Number(state) & LEVEL) === 0 ? 'user' : 'kernel',
    interrupts: (Number(state) & MASKED) === 0,
    programCounter,
    stackPointer,
    framePointer: readRegister(text, 'X29'),
    linkRegister: readRegister(text, 'X30'),
  };
}

function callTarget(before: DataView, returnsTo: bigint): bigint | 'unknown' | undefined {
  const word = before.getUint32(0, true);
  if ((word & INDIRECT_BRANCH_MASK) >>> 0 === INDIRECT_BRANCH) return 'unknown';
  if (word >>> BRANCH_SHIFT !== BRANCH) return undefined;
  // The shifts spread the sign of a distance in words, and leave it in bytes.
  const distance = ((word << (32 - BRANCH_SHIFT)) >> (32 - BRANCH_SHIFT)) * BRANCH_BYTES;
  return returnsTo + BigInt(distance - BRANCH_BYTES);
}
