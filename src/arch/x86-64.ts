import type { Architecture, BootConditions, ProcessorRegisters } from './architecture.ts';
import { readRegister } from './read-register.ts';

/** RFLAGS: whether interrupts are taken. */
const INTERRUPTS = 1 << 9;
/** "call" with a distance of four bytes behind it, and the group of instructions that has calls by address. */
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
  kernel: {
    makeArch: 'x86_64',
    sourceArch: 'x86',
    targets: ['vmlinux'],
    bootImage: 'vmlinux',
    processorSymbols: ['SMP', 'NR_CPUS', 'X86_MPPARSE'],
  },
  compat: { triple: 'i686-linux-gnu', debianName: 'i386', kernelHeaders: true, vdsoCompiler: false },
  memoryTagging: false,
  qemu: {
    binary: 'qemu-system-x86_64',
    packages: ['qemu-system-x86'],
    // Against q35, microvm has a seventh of the device state, clones sooner, and its firmware describes all processors
    // to a kernel without ACPI; on q35 such a kernel finds only the first. Without the RTC the guest has no date.
    machineType: () => 'microvm,rtc=on,acpi=off',
    processor: (accelerator) => (accelerator === 'kvm' ? 'host' : 'max'),
  },
  // The BIOS.
  devicePage: 0xf_00_00n,
  serialDevice: 'ttyS0',
  // Without ACPI and keyboard controller a triple fault is the one way to reset, and -no-reboot makes an exit of it.
  kernelParameters: (boot) => ['reboot=t', ...clockParameters(boot)],
  processor: {
    programCounter: 'RIP',
    parse: parseProcessor,
    frame: undefined,
    call: { bytes: LONGEST_CALL, target: callTarget, thunk: /^__x86_indirect_thunk/u },
    interrupt: /^(?:asm_|__)?sysvec_|^(?:asm_)?common_interrupt|^error_entry|^error_return/u,
  },
} as const satisfies Architecture;

/**
 * Under TCG the guest's time stamp counter is the host's. The guest would measure its frequency against an emulated
 * timer and, when QEMU is preempted meanwhile, find no result and fall back to a clock that ticks a hundred times a
 * second. So it is told the frequency, and the loops per tick that follow from it.
 */
function clockParameters({ accelerator, hostTscKhz, ticksPerSecond }: BootConditions): string[] {
  if (accelerator !== 'tcg' || hostTscKhz === undefined) return [];
  const loopsPerTick =
    ticksPerSecond === undefined ? [] : [`lpj=${Math.round((hostTscKhz * 1000) / ticksPerSecond)}`];
  return ['tsc=reliable', `tsc_early_khz=${hostTscKhz}`, ...loopsPerTick];
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
