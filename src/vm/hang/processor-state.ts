import type { ArchName } from '../../arch/architectures.ts';

/** What the registers of a processor tell of a guest that says nothing any more. */
export interface ProcessorState {
  readonly index: number;
  readonly mode: 'user' | 'kernel' | 'halted';
  readonly interrupts: boolean;
  readonly programCounter: bigint;
  readonly stackPointer: bigint;
  /** Only where functions keep one. */
  readonly framePointer: bigint | undefined;
  /** Where the function returns to, as long as it calls no other; only where there is such a register. */
  readonly linkRegister: bigint | undefined;
}

/** RFLAGS: whether interrupts are taken. */
const X86_INTERRUPTS = 1 << 9;
/** PSTATE: interrupts are masked; the lowest bits hold the exception level. */
const ARM_MASKED = 1 << 7;
const ARM_LEVEL = 0b1100;

/** Parses what QEMU's monitor answers to "info registers -a". */
export function parseProcessorStates(text: string, arch: ArchName): readonly ProcessorState[] {
  return text
    .split(/^CPU#/mu)
    .slice(1)
    .flatMap((part) => {
      const index = Number.parseInt(part, 10);
      const state = arch === 'x86_64' ? parseX86(part) : parseArm64(part);
      return state === undefined ? [] : [{ index, ...state }];
    });
}

function parseX86(text: string): Omit<ProcessorState, 'index'> | undefined {
  const programCounter = register(text, 'RIP');
  const stackPointer = register(text, 'RSP');
  const flags = register(text, 'RFL');
  if (programCounter === undefined || stackPointer === undefined || flags === undefined) return undefined;
  const halted = /\bHLT=1\b/u.test(text);
  const mode = halted ? 'halted' : /\bCPL=3\b/u.test(text) ? 'user' : 'kernel';
  const interrupts = (Number(flags) & X86_INTERRUPTS) !== 0;
  return { mode, interrupts, programCounter, stackPointer, framePointer: undefined, linkRegister: undefined };
}

function parseArm64(text: string): Omit<ProcessorState, 'index'> | undefined {
  const programCounter = register(text, 'PC');
  const stackPointer = register(text, 'SP');
  const state = register(text, 'PSTATE');
  if (programCounter === undefined || stackPointer === undefined || state === undefined) return undefined;
  const mode = (Number(state) & ARM_LEVEL) === 0 ? 'user' : 'kernel';
  const interrupts = (Number(state) & ARM_MASKED) === 0;
  return {
    mode,
    interrupts,
    programCounter,
    stackPointer,
    framePointer: register(text, 'X29'),
    linkRegister: register(text, 'X30'),
  };
}

function register(text: string, name: string): bigint | undefined {
  const digits = new RegExp(String.raw`(?:^|\s)${name}=(?<digits>[\da-f]+)\b`, 'u').exec(text)?.groups?.[
    'digits'
  ];
  return digits === undefined ? undefined : BigInt(`0x${digits}`);
}
