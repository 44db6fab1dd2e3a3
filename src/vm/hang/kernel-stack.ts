import type { ProcessorReading } from '../../arch/architecture.ts';
import type { CodeReader } from '../../kernel/symbols/code-reader.ts';
import type { FindTextSymbol, TextSymbol } from '../../kernel/symbols/text-symbols.ts';
import type { ProcessorState } from './processor-state.ts';

const WORD = 8;
const FRAMES_MAX = 24;

/** What a stack can be read with. */
export interface StackReader {
  readonly find: FindTextSymbol;
  readonly code: CodeReader;
  readonly reading: Pick<ProcessorReading, 'frame' | 'call'>;
}

/**
 * The functions that a processor in the kernel was in, innermost first, from its registers and the content of its stack
 * from the stack pointer on. Where kernels keep frame pointers, these and the link register lead from one to the next.
 * Elsewhere a word counts when the instruction before the place that it points to calls the function found before.
 */
export async function walkKernelStack(
  processor: ProcessorState,
  stack: Buffer,
  reader: StackReader,
): Promise<readonly TextSymbol[]> {
  const here = reader.find(processor.programCounter);
  const callers =
    reader.reading.frame === undefined
      ? await findCallers(processor.programCounter, stack, reader)
      : [
          ...(await findCallerOfLeaf(processor, reader)),
          ...followFrames(processor, stack, reader.reading.frame, reader.find),
        ].filter(isNew);
  return [...(here === undefined ? [] : [here]), ...callers].slice(0, FRAMES_MAX);
}

/**
 * Each frame holds the address of the next one, and the address to return to. A function that calls no other may keep
 * only the first, in the place of the second.
 */
function followFrames(
  { framePointer = 0n, stackPointer }: ProcessorState,
  stack: Buffer,
  frame: NonNullable<ProcessorReading['frame']>,
  find: FindTextSymbol,
): TextSymbol[] {
  const frames: TextSymbol[] = [];
  const word = (address: bigint): bigint => {
    const offset = Number(address - stackPointer);
    return offset < 0 || offset + WORD > stack.length ? 0n : stack.readBigUInt64LE(offset);
  };
  for (let at = framePointer; frames.length < FRAMES_MAX;) {
    const returnsTo = word(at + BigInt(frame.returnsTo));
    const symbol = find(returnsTo);
    const next = symbol === undefined && at === framePointer ? returnsTo : word(at + BigInt(frame.next));
    if (symbol !== undefined) frames.push(symbol);
    else if (at !== framePointer) break;
    if (next <= at) break;
    at = next;
  }
  return frames;
}

/** A function that calls no other keeps no frame, and has its caller in the link register alone. */
async function findCallerOfLeaf(
  { programCounter, linkRegister = 0n }: ProcessorState,
  reader: StackReader,
): Promise<TextSymbol[]> {
  const caller = reader.find(linkRegister);
  if (caller === undefined) return [];
  const target = await calledBefore(linkRegister, reader);
  return target === 'unknown' || (target !== undefined && target === beginOf(programCounter, reader.find))
    ? [caller]
    : [];
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
  { code, find, reading: { call } }: StackReader,
): Promise<bigint | 'unknown' | undefined> {
  const before = await code.read(address - BigInt(call.bytes), call.bytes);
  if (before === undefined || before.length < call.bytes) return undefined;
  const target = call.target(new DataView(before.buffer, before.byteOffset, before.length), address);
  if (target === undefined || target === 'unknown' || call.thunk === undefined) return target;
  return call.thunk.test(find(target)?.symbol ?? '') ? 'unknown' : target;
}
