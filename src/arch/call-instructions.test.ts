import test from 'ava';
import { architectures, type ArchName } from './architectures.ts';

const HERE = 0xffffffff80001000n;

/** The target of the code that ends just before HERE. Words are as the GNU disassembler shows them. */
const calls = test.macro({
  exec(t, arch: ArchName, code: readonly number[], expected: bigint | 'unknown' | undefined) {
    const { call } = architectures[arch].processor;
    const before = Buffer.alloc(call.bytes, 0x13);
    before.set(code, call.bytes - code.length);
    t.is(call.target(new DataView(before.buffer, before.byteOffset, call.bytes), HERE), expected);
  },
  title: (name) => `what code before an address calls: ${name}`,
});

const word = (value: number): number[] => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return [...bytes];
};

// jal ra, at HERE - 4.
test('riscv64: a function before', calls, 'riscv64', word(0xff5ff0ef), HERE - 4n - 12n);
test('riscv64: a function behind', calls, 'riscv64', word(0x008000ef), HERE - 4n + 8n);
test('riscv64: a function far away', calls, 'riscv64', word(0x7ffff0ef), HERE - 4n + 0xffffen);
// auipc ra, 0x1; jalr ra, -2(ra), at HERE - 8; and the same backwards.
test(
  'riscv64: a function at a distance of 32 bits',
  calls,
  'riscv64',
  [...word(0x00001097), ...word(0xffe080e7)],
  HERE - 8n + 0xffen,
);
test(
  'riscv64: the same backwards',
  calls,
  'riscv64',
  [...word(0xfffff097), ...word(0x010080e7)],
  HERE - 8n - 0xff0n,
);
// jalr ra, 0(a5); c.jalr a5; auipc of another register before jalr.
test('riscv64: what a register holds', calls, 'riscv64', word(0x000780e7), 'unknown');
test('riscv64: what a register holds, in two bytes', calls, 'riscv64', [0x82, 0x97], 'unknown');
test(
  'riscv64: what a register holds that the instruction before does not set',
  calls,
  'riscv64',
  [...word(0x00001297), ...word(0x000780e7)],
  'unknown',
);
// jal zero is a jump; c.ebreak and jalr zero are not calls.
test('riscv64: nothing by a jump', calls, 'riscv64', word(0x0080006f), undefined);
test('riscv64: nothing by a breakpoint', calls, 'riscv64', [0x02, 0x90], undefined);
test('riscv64: nothing by a return', calls, 'riscv64', word(0x00008067), undefined);
