import type { Architecture, BootConditions, ProcessorRegisters } from './architecture.ts';
import { readRegister } from './read-register.ts';
import { words } from './words.ts';

/** RFLAGS: whether interrupts are taken. */
const INTERRUPTS = 1 << 9;
/** "call" with a distance of four bytes, and the group of instructions with indirect calls. */
const CALL = 0xe8;
const CALL_BYTES = 5;
const INDIRECT = 0xff;
const INDIRECT_CALL = 2;
const LONGEST_CALL = 7;

/** x86-64 on QEMU's microvm, booting the uncompressed vmlinux through PVH. */
export const x8664 = {
  name: 'x86_64',
  byDefault: true,
  hostArch: 'x64',
  triple: 'x86_64-linux-gnu',
  debianName: 'amd64',
  elf: { machine: 62 },
  kernel: {
    makeArch: 'x86_64',
    sourceArch: 'x86',
    targets: ['vmlinux'],
    bootImage: 'vmlinux',
    guestNeeds: {
      SERIAL_8250_CONSOLE: 'the agent answers on the serial console',
      PVH: 'QEMU starts vmlinux by its PVH entry',
    },
    processorSymbols: ['SMP', 'NR_CPUS', 'X86_MPPARSE'],
  },
  otherBuilds: [
    { name: 'allnoconfig', config: 'all-off' },
    { name: '32-bit', config: 'fragments', target: { makeArch: 'i386', triple: 'i686-linux-gnu' } },
    { name: 'clang', config: 'fragments', family: 'llvm' },
  ],
  compat: {
    triple: 'i686-linux-gnu',
    debianName: 'i386',
    debianTriple: 'i386-linux-gnu',
    elfMachine: 3,
    kernelHeaders: true,
    vdsoCompiler: false,
    registers: {
      width: 4,
      names: words('ebx ecx edx esi edi ebp eax ds es fs gs orig_eax eip cs eflags esp ss'),
      programCounter: 'eip',
      stackPointer: 'esp',
      linkRegister: undefined,
    },
  },
  memoryTagging: false,
  qemu: {
    binary: 'qemu-system-x86_64',
    packages: ['qemu-system-x86'],
    // Against q35, microvm has a seventh of the device state, clones sooner, and its firmware describes all processors
    // to a kernel without ACPI; on q35 such a kernel finds only the first. Without the RTC the guest has no date.
    machineType: () => 'microvm,rtc=on,acpi=off',
    virtualCores: true,
    processor: (accelerator) => (accelerator === 'kvm' ? 'host' : 'max'),
  },
  ramAddress: 0n,
  // The BIOS.
  devicePage: 0xf_00_00n,
  serialDevice: 'ttyS0',
  earlyConsole: 'uart8250,io,0x3f8,115200',
  console: {
    signs:
      /^RIP: |^R[A-DS][XP]: |__x64_sys_|\bentry_SYSCALL_64|\bx64_sys_call|^Linux version .*\bx86_64-linux/u,
    // "RIP: 0010:f+…", before 4.10 "RIP: 0010:[<…>]  [<…>] f+…", before 4.19 also "IP: f+…".
    place: String.raw`R?IP:? (?:is at )?(?:[0-9a-f]{4}:)?(?:\[<[0-9a-f]+>\] *){0,2}`,
    registers: {
      line: String.raw`R\w\w: |CR2: |FS: |CS: |Code: `,
      name: String.raw`R(?:[A-D]X|[SBD][IP]|\d\d)|CR[0-4]|EFLAGS`,
      symbolic: '(?<name>RIP): (?:[0-9a-f]{4}:)?',
    },
    systemCallPrefixes: ['__x64_', '__ia32_'],
    exceptions: `
      exc_* asm_exc_* entry_SYSCALL_64* do_syscall_64 x64_sys_call handle_bug __handle_bug fixup_bug do_invalid_op invalid_op
      do_error_trap* do_trap* error_entry retint_* ret_from_intr general_protection page_fault die_addr page_fault_oops no_context
      kernelmode_fixup_or_oops* bad_area_nosemaphore __bad_area_nosemaphore do_user_addr_fault do_kern_addr_fault
      __x86_indirect_thunk_* __x86_return_thunk* __llvm_retpoline* retpoline_*
    `,
    interrupts: `
      asm_sysvec_* asm_common_interrupt common_interrupt sysvec_* __sysvec_* apic_timer_interrupt smp_apic_timer_interrupt
    `,
    outermost: `
      entry_SYSCALL_64* entry_SYSENTER* entry_INT80* secondary_startup_64* start_secondary common_startup_64
      x86_64_start_kernel
    `,
  },
  // Without ACPI and keyboard controller a triple fault is the only way to reset, and -no-reboot turns it into an exit.
  kernelParameters: (boot) => ['reboot=t', ...clockParameters(boot)],
  processor: {
    programCounter: 'RIP',
    parse: parseProcessor,
    frame: undefined,
    call: { bytes: LONGEST_CALL, target: callTarget, thunk: /^__x86_indirect_thunk/u },
    interrupt: /^(?:asm_|__)?sysvec_|^(?:asm_)?common_interrupt|^error_entry|^error_return/u,
  },
  programRegisters: {
    width: 8,
    names: words(`
      r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base gs_base ds es fs gs
    `),
    programCounter: 'rip',
    stackPointer: 'rsp',
    linkRegister: undefined,
  },
} as const satisfies Architecture;

/**
 * Under TCG the guest's time stamp counter is the host's. The guest would measure its frequency against an emulated
 * timer and, when QEMU is preempted meanwhile, find no result and fall back to a clock that ticks a hundred times a
 * second. So kgate passes the frequency, and the loops per tick that follow from it. For the same reason the kernel does
 * not check whether the timer ticks: when QEMU is preempted meanwhile, it panics.
 */
function clockParameters({ accelerator, hostTscKhz, ticksPerSecond }: BootConditions): string[] {
  if (accelerator !== 'tcg') return [];
  if (hostTscKhz === undefined) return ['no_timer_check'];
  const loopsPerTick =
    ticksPerSecond === undefined ? [] : [`lpj=${Math.round((hostTscKhz * 1000) / ticksPerSecond)}`];
  return ['no_timer_check', 'tsc=reliable', `tsc_early_khz=${hostTscKhz}`, ...loopsPerTick];
}

function parseProcessor(text: string): ProcessorRegisters | undefined {
  const programCounter = readRegister(text, 'RIP');
  const stackPointer = readRegister(text, 'RSP');
  const flags = readRegister(text, 'RFL');
  if (programCounter === undefined || stackPointer === undefined || flags === undefined) return undefined;
  const halted = /\bHLT=1\b/u.test(text);
  const mode = halted ? 'halted' : /\bCPL=3\b/u.test(text) ? 'user' : 'kernel';
  const interrupts = (Number(flags) & INTERRUPTS) !== 0;
  return { mode, interrupts, programCounter, stackPointer, framePointer: undefined, linkRegister: undefined };
}

function callTarget(before: DataView, returnsTo: bigint): bigint | 'unknown' | undefined {
  if (before.getUint8(LONGEST_CALL - CALL_BYTES) === CALL)
    return BigInt.asUintN(64, returnsTo + BigInt(before.getInt32(LONGEST_CALL - CALL_BYTES + 1, true)));
  return isIndirectCall(before) ? 'unknown' : undefined;
}

/** Through a register or memory: two to seven bytes, the second of which says that it is a call. */
function isIndirectCall(before: DataView): boolean {
  for (let at = 0; at <= before.byteLength - 2; at += 1)
    if (before.getUint8(at) === INDIRECT && ((before.getUint8(at + 1) >> 3) & 7) === INDIRECT_CALL)
      return true;
  return false;
}
