import test from 'ava';
import { architectures } from '../../arch/architectures.ts';
import { unwind } from './unwind.ts';
import { parseUnwindTables } from './unwind-tables.ts';

/** As readelf prints it for a program with a link register: `leaf` at 0x1000 saves nothing, `outer` saves two. */
const TABLES = `Contents of the .eh_frame section:


00000000 0000000000000010 00000000 CIE "zR" cf=4 df=-8 ra=30
   LOC           CFA      
0000000000000000 sp+0     

00000014 0000000000000010 00000018 FDE cie=00000000 pc=0000000000001000..0000000000001020

00000028 0000000000000020 0000002c FDE cie=00000000 pc=0000000000002000..0000000000002040
   LOC           CFA      x29   ra    
0000000000002000 sp+0     u     u     
0000000000002004 sp+32    c-32  c-24  
000000000000203c sp+0     u     u     

0000004c 0000000000000020 00000050 FDE cie=00000000 pc=0000000000003000..0000000000003040
   LOC           CFA      x29   ra    
0000000000003000 x29+16   c-16  c-8   
0000000000003030 exp      exp   exp   
`;

const layout = architectures.arm64.programRegisters;

function registers(values: Readonly<Record<string, bigint>>): Buffer {
  const bytes = Buffer.alloc(layout.names.length * layout.width);
  for (const [name, value] of Object.entries(values))
    bytes.writeBigUInt64LE(value, layout.names.indexOf(name) * layout.width);
  return bytes;
}

const stackOf = (words: readonly bigint[]) => {
  const bytes = Buffer.alloc(words.length * 8);
  for (const [index, word] of words.entries()) bytes.writeBigUInt64LE(word, index * 8);
  return { address: 0x7000n, bytes };
};

test('a row holds from its address to the next, and from the end of a function there is none', (t) => {
  const find = parseUnwindTables(TABLES);
  t.deepEqual(find(0x2000n)?.frame, { register: 'sp', offset: 0n });
  t.deepEqual(find(0x203bn)?.saved.get('ra'), -24n);
  t.is(find(0x203cn)?.saved.size, 0);
  t.is(find(0x2040n), undefined);
  t.deepEqual(find(0x1010n)?.frame, { register: 'sp', offset: 0n });
  t.is(find(0x3035n), undefined);
});

test('a stack is followed through the link register, saved registers, and a frame pointer', (t) => {
  const find = parseUnwindTables(TABLES);
  const places = unwind(
    {
      registers: registers({ pc: 0x1008n, sp: 0x7000n, x29: 0x1n, x30: 0x2010n }),
      // The frame of `outer`: x29, the return address, and room; then that of the third.
      stack: stackOf([0x7020n, 0x3010n, 0n, 0n, 0n, 0n]),
    },
    layout,
    find,
  );
  t.deepEqual(
    places.map(({ address }) => address),
    [0x1008n, 0x2010n, 0x3010n],
  );
  t.deepEqual(
    places.map(({ isReturn }) => isReturn),
    [false, true, true],
  );
});

test('a stack ends where its memory does, and where the tables cannot be followed', (t) => {
  const find = parseUnwindTables(TABLES);
  const short = unwind(
    { registers: registers({ pc: 0x2010n, sp: 0x7000n }), stack: stackOf([0x1n]) },
    layout,
    find,
  );
  t.is(short.length, 1);
  const expression = unwind(
    { registers: registers({ pc: 0x2010n, sp: 0x7000n }), stack: stackOf([0n, 0x3035n, 0n, 0n]) },
    layout,
    find,
  );
  t.deepEqual(
    expression.map(({ address }) => address),
    [0x2010n, 0x3035n],
  );
});

test('where nothing is known of a task’s registers there is no stack', (t) => {
  const task = { registers: Buffer.alloc(0), stack: stackOf([]) };
  t.deepEqual(unwind(task, layout, parseUnwindTables('')), []);
});

test('out of the vDSO, which has pushed registers, a stack is followed to the program that called it', (t) => {
  const find = parseUnwindTables(TABLES.replaceAll('sp+', 'esp+'));
  const { registers: layout32 } = architectures.x86_64.compat!;
  const bytes = Buffer.alloc(layout32.names.length * 4);
  bytes.writeUInt32LE(0xf7fb_9579, layout32.names.indexOf('eip') * 4);
  bytes.writeUInt32LE(0x7000, layout32.names.indexOf('esp') * 4);
  const stack = Buffer.alloc(24);
  for (const [index, word] of [0x1, 0x2, 0x3, 0x1010, 0x5].entries()) stack.writeUInt32LE(word, index * 4);
  const places = unwind({ registers: bytes, stack: { address: 0x7000n, bytes: stack } }, layout32, find);
  t.deepEqual(
    places.slice(0, 2).map(({ address }) => address),
    [0xf7fb_9579n, 0x1010n],
  );
});
