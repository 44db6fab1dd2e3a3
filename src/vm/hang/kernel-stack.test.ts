import test from 'ava';
import { architectures, type ArchName } from '../../arch/architectures.ts';
import { parseTextSymbols } from '../../kernel/symbols/text-symbols.ts';
import { walkKernelStack, type StackReader } from './kernel-stack.ts';
import type { ProcessorState } from './processor-state.ts';

const SPIN = 0xffffffff81000100n;
const WRITE = 0xffffffff81000200n;
const VFS = 0xffffffff81000300n;
const find = parseTextSymbols(`ffffffff81000100 t spin
ffffffff81000200 t hang_write
ffffffff81000300 T vfs_write
ffffffff81000400 T other
ffffffff81000500 T __x86_indirect_thunk_rax
ffffffff81000600 D end
`);

/** Code in which these bytes stand just before these addresses, and nothing anywhere else. */
function codeBefore(arch: ArchName, bytes: ReadonlyMap<bigint, readonly number[]>): StackReader {
  return {
    find,
    reading: architectures[arch].processor,
    code: {
      async read(address, length) {
        const before = bytes.get(address + BigInt(length));
        return Buffer.from([
          ...Array.from({ length: length - (before?.length ?? 0) }, () => 0x90),
          ...(before ?? []),
        ]);
      },
      async [Symbol.asyncDispose]() {},
    },
  };
}

function callOf(target: bigint, from: bigint): number[] {
  const distance = Buffer.alloc(4);
  distance.writeInt32LE(Number(target - from));
  return [0xe8, ...distance];
}

function stackOf(...words: bigint[]): Buffer {
  const stack = Buffer.alloc(words.length * 8);
  for (const [index, word] of words.entries()) stack.writeBigUInt64LE(word, index * 8);
  return stack;
}

const SPINNING: ProcessorState = {
  index: 0,
  mode: 'kernel',
  interrupts: false,
  programCounter: SPIN + 0x10n,
  stackPointer: 0xffffc90000100000n,
  framePointer: undefined,
  linkRegister: undefined,
};
const names = async (...given: Parameters<typeof walkKernelStack>) =>
  (await walkKernelStack(...given)).map(({ symbol }) => symbol);

test('x86-64: words that a call of the function found before has left are frames, others are not', async (t) => {
  const reader = codeBefore(
    'x86_64',
    new Map([
      [WRITE + 0x20n, callOf(SPIN, WRITE + 0x20n)],
      [VFS + 0x30n, callOf(WRITE, VFS + 0x30n)],
      // An older call of something else, and an address that no call left.
      [VFS + 0x50n, callOf(0xffffffff81000400n, VFS + 0x50n)],
    ]),
  );
  const stack = stackOf(VFS + 0x50n, 7n, WRITE + 0x20n, VFS + 0x60n, VFS + 0x30n);
  t.deepEqual(await names(SPINNING, stack, reader), ['spin', 'hang_write', 'vfs_write']);
});

test('x86-64: a call through memory, or through a thunk, may have called anything', async (t) => {
  const reader = codeBefore(
    'x86_64',
    new Map([
      [WRITE + 0x20n, [0xff, 0x14, 0xc5, 0, 0, 0, 0x81]],
      [VFS + 0x30n, callOf(0xffffffff81000500n, VFS + 0x30n)],
    ]),
  );
  t.deepEqual(await names(SPINNING, stackOf(WRITE + 0x20n, VFS + 0x30n), reader), [
    'spin',
    'hang_write',
    'vfs_write',
  ]);
});

test('arm64: frame pointers lead from one function to the next, and end where they go back', async (t) => {
  const bottom = SPINNING.stackPointer;
  const stack = stackOf(0n, 0n, bottom + 32n, WRITE + 0x20n, bottom + 16n, VFS + 0x30n);
  const arm = { ...SPINNING, framePointer: bottom + 16n };
  t.deepEqual(await names(arm, stack, codeBefore('arm64', new Map())), ['spin', 'hang_write', 'vfs_write']);
});

const BL_BACK_TO_SPIN = [0xb9, 0xff, 0xff, 0x97]; // bl, 71 words back
const BLR_X1 = [0x20, 0x00, 0x3f, 0xd6];
const BL_ELSEWHERE = [0x01, 0x00, 0x00, 0x94];

for (const [what, call, expected] of [
  ['that called it', BL_BACK_TO_SPIN, ['spin', 'hang_write', 'vfs_write']],
  ['that called through a register', BLR_X1, ['spin', 'hang_write', 'vfs_write']],
  ['that called something else is not believed', BL_ELSEWHERE, ['spin', 'vfs_write']],
] as const) {
  test(`arm64: a function without a frame has its caller in the link register, one ${what}`, async (t) => {
    const bottom = SPINNING.stackPointer;
    const arm = { ...SPINNING, framePointer: bottom, linkRegister: WRITE + 0x20n };
    const stack = stackOf(0n, VFS + 0x30n);
    t.deepEqual(await names(arm, stack, codeBefore('arm64', new Map([[WRITE + 0x20n, call]]))), expected);
  });
}

test('a stack that could not be read leaves the place alone', async (t) => {
  t.deepEqual(await names(SPINNING, Buffer.alloc(0), codeBefore('x86_64', new Map())), ['spin']);
});

test('riscv64: a frame ends where its pointer points, with the address to return to last', async (t) => {
  const bottom = SPINNING.stackPointer;
  const stack = stackOf(7n, bottom + 48n, WRITE + 0x20n, 9n, bottom, VFS + 0x30n);
  const riscv = { ...SPINNING, framePointer: bottom + 24n };
  t.deepEqual(await names(riscv, stack, codeBefore('riscv64', new Map())), [
    'spin',
    'hang_write',
    'vfs_write',
  ]);
});

test('riscv64: a function that calls no other keeps the next frame where others keep what they return to', async (t) => {
  const bottom = SPINNING.stackPointer;
  const stack = stackOf(bottom + 32n, 7n, bottom, VFS + 0x30n);
  const riscv = { ...SPINNING, framePointer: bottom + 8n, linkRegister: WRITE + 0x20n };
  const jalr = [0xe7, 0x80, 0x07, 0x00];
  const reader = codeBefore('riscv64', new Map([[WRITE + 0x20n, jalr]]));
  t.deepEqual(await names(riscv, stack, reader), ['spin', 'hang_write', 'vfs_write']);
});
