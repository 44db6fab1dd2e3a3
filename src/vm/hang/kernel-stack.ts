import type { CodeReader } from '../../kernel/symbols/code-reader.ts';
import type { FindTextSymbol, TextSymbol } from '../../kernel/symbols/text-symbols.ts';
import type { ProcessorState } from './processor-state.ts';

const WORD = 8;
const FRAMES_MAX = 24;
/** x86-64: "call" with a distance of four bytes behind it, and the group of instructions that has calls by address. */
const CALL = 0xe8;
const CALL_BYTES = 5;
const INDIRECT = 0xff;
const INDIRECT_CALL = 2;
const LONGEST_CALL = 7;

/** arm64: "bl" with a distance in words, and "blr" through a register. */
const BRANCH_BYTES = 4;
const BRANCH_SHIFT = 26;
const BRANCH = 0b100101;
const INDIRECT_BRANCH_MASK = 0xfffffc1f;
const INDIRECT_BRANCH = 0xd63f0000;

/** What a stack can be read with. */
export interface StackReader {
  readonly find: FindTextSymbol;
  readonly code: CodeReader;
}

/**
 * The functions that a processor in the kernel was in, innermost first, from its registers and the content of its stack
 * from the stack pointer on. On arm64 the link register and the frame pointers lead from one to the next. x86-64 kernels keep none: there a
 * word counts when the instruction before the place that it points to calls the function found before.
 */
export async function walkKernelStack(
  processor: ProcessorState,
  stack: Buffer,
  reader: StackReader,
): Promise<readonly TextSymbol[]> {
  const here = reader.find(processor.programCounter);
  const callers =
    processor.framePointer === undefined
      ? await findCallers(processor.programCounter, stack, reader)
      : [
          ...(await findCallerOfLeaf(processor, reader)),
          ...followFrames(processor.framePointer, processor.stackPointer, stack, reader.find),
        ].filter(isNew);
  return [...(here === undefined ? [] : [here]), ...callers].slice(0, FRAMES_MAX);
}

/** Each frame begins with the address of the next one, and the address to return to. */
function followFrames(first: bigint, bottom: bigint, stack: Buffer, find: FindTextSymbol): TextSymbol[] {
  const frames: TextSymbol[] = [];
  let at = first;
  while (frames.length < FRAMES_MAX) {
    const offset = Number(at - bottom);
    if (offset < 0 || offset + 2 * WORD > stack.length) break;
    const symbol = find(stack.readBigUInt64LE(offset + WORD));
    if (symbol === undefined) break;
    frames.push(symbol);
    const next = stack.readBigUInt64LE(offset);
    if (next <= at) break;
    at = next;
  }
  return frames;
}

/** A function that calls no other keeps no frame, and has its caller in the link register alone. */
async function findCallerOfLeaf(
  { programCounter, linkRegister = 0n }: ProcessorState,
  { code, find }: StackReader,
): Promise<TextSymbol[]> {
  const caller = find(linkRegister);
  const call = await code.read(linkRegister - BigInt(BRANCH_BYTES), BRANCH_BYTES);
  if (caller === undefined || call?.length !== BRANCH_BYTES) return [];
  const word = call.readUInt32LE();
  if ((word & INDIRECT_BRANCH_MASK) >>> 0 === INDIRECT_BRANCH) return [caller];
  if (word >>> BRANCH_SHIFT !== BRANCH) return [];
  // The shifts spread the sign of a distance in words, and leave it in bytes.
  const distance = ((word << (32 - BRANCH_SHIFT)) >> (32 - BRANCH_SHIFT)) * BRANCH_BYTES;
  const target = linkRegister + BigInt(distance - BRANCH_BYTES);
  return target === beginOf(programCounter, find) ? [caller] : [];
}

/** Once a function has its frame, both say where it returns to. */
const isNew = ({ symbol, offset }: TextSymbol, index: number, all: readonly TextSymbol[]): boolean =>
  index === 0 || all[index - 1]?.symbol !== symbol || all[index - 1]?.offset !== offset;

async function findCallers(
  programCounter: bigint,
  stack: Buffer,
  reader: StackReader,
): Promise<TextSymbol[]> {
  const { find } = reader;
  const frames: TextSymbol[] = [];
  let callee = beginOf(programCounter, find);
  for (let offset = 0; offset + WORD <= stack.length && frames.length < FRAMES_MAX; offset += WORD) {
    const address = stack.readBigUInt64LE(offset);
    const symbol = find(address);
    if (symbol === undefined || symbol.offset === 0) continue;
    const target = await calledBefore(address, reader);
    if (target === undefined || (target !== 'unknown' && target !== callee)) continue;
    frames.push(symbol);
    callee = address - BigInt(symbol.offset);
  }
  return frames;
}

function beginOf(address: bigint, find: FindTextSymbol): bigint | undefined {
  const symbol = find(address);
  return symbol && address - BigInt(symbol.offset);
}

/** Which function the instruction before an address calls; nothing when it is no call. */
async function calledBefore(
  address: bigint,
  { code, find }: StackReader,
): Promise<bigint | 'unknown' | undefined> {
  const before = await code.read(address - BigInt(LONGEST_CALL), LONGEST_CALL);
  if (before === undefined || before.length < LONGEST_CALL) return undefined;
  if (before[LONGEST_CALL - CALL_BYTES] === CALL) {
    const target = BigInt.asUintN(64, address + BigInt(before.readInt32LE(LONGEST_CALL - CALL_BYTES + 1)));
    return find(target)?.symbol.startsWith('__x86_indirect_thunk') === true ? 'unknown' : target;
  }
  return isIndirectCall(before) ? 'unknown' : undefined;
}

/** Through a register or memory: two to seven bytes, the second of which says that it is a call. */
function isIndirectCall(before: Buffer): boolean {
  for (let at = 0; at <= before.length - 2; at += 1)
    if (before[at] === INDIRECT && (((before[at + 1] ?? 0) >> 3) & 7) === INDIRECT_CALL) return true;
  return false;
}
