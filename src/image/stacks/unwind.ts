import type { ProgramRegisters } from '../../arch/architecture.ts';
import type { FindUnwindRow } from './unwind-tables.ts';

/** A task of a program that was stopped. */
export interface StoppedTask {
  /** As ptrace(2) gives them. */
  readonly registers: Buffer;
  /** Memory from about the stack pointer upwards. */
  readonly stack: { readonly address: bigint; readonly bytes: Buffer };
}

/** A place in a program's code. */
export interface CodePlace {
  readonly address: bigint;
  /** Whether this is where a call returns to, just after it; else it is the instruction itself. */
  readonly isReturn: boolean;
}

/** Deeper frames only say how the program was entered. */
const FRAMES_MAX = 32;
/** How many words code without tables has pushed at most: i386's vDSO saves three registers before it enters the kernel. */
const PUSHED_MAX = 4;

/** The places in a task's stack, innermost first; as far as tables and memory lead. */
export function unwind(
  { registers: bytes, stack }: StoppedTask,
  layout: ProgramRegisters,
  findRow: FindUnwindRow,
): readonly CodePlace[] {
  let registers = readRegisters(bytes, layout);
  const { programCounter, stackPointer, linkRegister } = layout;
  const read = (address: bigint | undefined) => address && readWord(stack, address, layout);
  const places: CodePlace[] = [];
  while (places.length < FRAMES_MAX) {
    const isReturn = places.length > 0;
    const address = registers.get(programCounter);
    if (address === undefined || (isReturn && address === 0n)) break;
    places.push({ address, isReturn });
    const row = findRow(isReturn ? address - 1n : address);
    const pointer = registers.get(stackPointer);
    // A call to nowhere has not made a frame, and the vDSO's is small.
    const frame =
      row === undefined
        ? findReturn(pointer, layout, (at) => findRow((read(at) ?? 0n) - 1n) !== undefined)
        : add(registers.get(row.frame.register), row.frame.offset);
    if (frame === undefined || (row === undefined && isReturn)) break;
    const at = row === undefined ? 0n : row.saved.get('ra');
    const inRegister = !isReturn && linkRegister !== undefined && (row === undefined || at === undefined);
    const back = inRegister ? registers.get(linkRegister) : at === undefined ? undefined : read(frame + at);
    if (back === undefined) break;
    const caller = new Map(registers);
    for (const [name, offset] of row?.saved ?? []) {
      const value = read(frame + offset);
      if (value !== undefined) caller.set(name, value);
    }
    const pushed = row === undefined && linkRegister === undefined ? BigInt(layout.width) : 0n;
    caller.set(stackPointer, frame + pushed);
    caller.set(programCounter, back & ~(layout.returnFlags ?? 0n));
    registers = caller;
  }
  return places;
}

/** Where code without tables keeps its return address: the first word that is one of the program's, or the very first. */
function findReturn(
  pointer: bigint | undefined,
  { linkRegister, width }: ProgramRegisters,
  isReturn: (at: bigint) => boolean,
): bigint | undefined {
  if (pointer === undefined || linkRegister !== undefined) return pointer;
  const words = Array.from({ length: PUSHED_MAX }, (_, index) => pointer + BigInt(index * width));
  return words.find(isReturn) ?? pointer;
}

function readRegisters(bytes: Buffer, { names, width }: ProgramRegisters): Map<string, bigint> {
  return new Map(
    names
      .filter((_, index) => (index + 1) * width <= bytes.length)
      .map((name, index) => [name, wordAt(bytes, index * width, width)]),
  );
}

function readWord(
  { address: begin, bytes }: StoppedTask['stack'],
  address: bigint,
  { width }: ProgramRegisters,
): bigint | undefined {
  const at = Number(address - begin);
  return at >= 0 && at + width <= bytes.length ? wordAt(bytes, at, width) : undefined;
}

const wordAt = (bytes: Buffer, at: number, width: number): bigint =>
  width === 4 ? BigInt(bytes.readUInt32LE(at)) : bytes.readBigUInt64LE(at);

const add = (value: bigint | undefined, offset: bigint): bigint | undefined =>
  value === undefined ? undefined : value + offset;
