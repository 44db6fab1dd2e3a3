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

/** What QEMU 7.2 says, without most registers. The third processor is in OpenSBI, waiting to be started. */
const RISCV = `
CPU#0
 V      =   0
 pc       ffffffff80294a12
 mhartid  0000000000000000
 mstatus  0000000a000000a0
 mepc     ffffffff80294000
 x0/zero  0000000000000000 x1/ra    ffffffff80294a5e x2/sp    ffffffc600093d20 x3/gp    ffffffff80c7e1d8
 x8/s0    ffffffc600093d30 x9/s1    0000000000000002 x10/a0   0000000000000001 x11/a1   0000000000000000
CPU#1
 V      =   0
 pc       0000000000010a7c
 mstatus  8000000a00006020
 x0/zero  0000000000000000 x1/ra    0000000000010a80 x2/sp    0000003fffd2d9b0 x3/gp    0000000000080f58
CPU#2
 V      =   0
 pc       0000000080009b0a
 mstatus  0000000a00000000
 x0/zero  0000000000000000 x1/ra    0000000080009b0a x2/sp    0000000080048f00 x3/gp    0000000000000000
`;

test('riscv64: where a processor is tells what it executes', (t) => {
  const states = parseProcessorStates(RISCV, architectures.riscv64.processor);
  t.deepEqual(
    states.map(({ index, mode, interrupts }) => [index, mode, interrupts]),
    [
      [0, 'kernel', false],
      [1, 'user', true],
      [2, 'kernel', false],
    ],
  );
  t.like(states[0], {
    programCounter: 0xffffffff80294a12n,
    stackPointer: 0xffffffc600093d20n,
    framePointer: 0xffffffc600093d30n,
    linkRegister: 0xffffffff80294a5en,
  });
});
