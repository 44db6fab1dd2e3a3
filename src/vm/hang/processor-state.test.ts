import test from 'ava';
import { architectures } from '../../arch/architectures.ts';
import { parseProcessorStates } from './processor-state.ts';

/** What QEMU 7.2 says, without the floating-point registers. */
const X86 = `
CPU#0
RAX=0000000000000000 RBX=ffff888001c1bb00 RCX=0000000000000000 RDX=000000000000000e
RSI=0000000000000000 RDI=ffffc9000010be28 RBP=ffffc9000010be10 RSP=ffffc9000010be10
RIP=ffffffff812f5a9d RFL=00000006 [-----P-] CPL=0 II=0 A20=1 SMM=0 HLT=0
CPU#1
RAX=0000000000000000 RBX=0000000000000001 RCX=0000000000000000 RDX=0000000000000000
RSI=0000000000000000 RDI=0000000000000000 RBP=00007ffc00000000 RSP=00007ffc00000010
RIP=0000000000401234 RFL=00000246 [---Z-P-] CPL=3 II=0 A20=1 SMM=0 HLT=0
CPU#2
RSP=ffffc90000093ed0
RIP=ffffffff8163a0ff RFL=00000246 [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=1
`;
const ARM = `
CPU#0
 PC=ffff8000803ab2c0 X00=0000000000000000 X01=0000000000000000
X29=ffff800080a5bd40 X30=ffff8000803ab358  SP=ffff800080a5bd30
PSTATE=600003c5 -ZC- EL1h    FPCR=00000000 FPSR=00000000
CPU#1
 PC=0000000000400630 X00=0000000000000000 X01=0000000000000000
X29=0000fffff7ffe000 X30=0000000000400640  SP=0000fffff7ffe000
PSTATE=60001000 -ZC- EL0t
`;

test('x86-64: the kernel with interrupts off, a program, and an idle processor are told apart', (t) => {
  t.deepEqual(
    parseProcessorStates(X86, architectures.x86_64.processor).map(({ index, mode, interrupts }) => [
      index,
      mode,
      interrupts,
    ]),
    [
      [0, 'kernel', false],
      [1, 'user', true],
      [2, 'halted', true],
    ],
  );
  t.like(parseProcessorStates(X86, architectures.x86_64.processor)[0], {
    programCounter: 0xffffffff812f5a9dn,
    stackPointer: 0xffffc9000010be10n,
    framePointer: undefined,
  });
});

test('arm64: the same, and the frame pointer', (t) => {
  const states = parseProcessorStates(ARM, architectures.arm64.processor);
  t.deepEqual(
    states.map(({ index, mode, interrupts }) => [index, mode, interrupts]),
    [
      [0, 'kernel', false],
      [1, 'user', true],
    ],
  );
  t.like(states[0], {
    programCounter: 0xffff8000803ab2c0n,
    stackPointer: 0xffff800080a5bd30n,
    framePointer: 0xffff800080a5bd40n,
    linkRegister: 0xffff8000803ab358n,
  });
});

test('a processor of which registers are missing is left out', (t) => {
  t.deepEqual(parseProcessorStates('CPU#0\nRAX=0\n', architectures.x86_64.processor), []);
  t.deepEqual(parseProcessorStates('unknown command', architectures.arm64.processor), []);
});
