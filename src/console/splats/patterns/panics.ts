import type { SplatPattern } from './pattern.ts';

const panic = (text: string): RegExp => new RegExp(`^Kernel panic - not syncing: ${text}`, 'u');

// From kernel/panic.c, kernel/exit.c, kernel/sched/core.c, arch/x86/mm/fault.c and arch/arm64/kernel/traps.c.

/** The end of a kernel. */
export const PANIC_PATTERNS: readonly SplatPattern[] = [
  {
    kind: 'panic',
    extent: 'trace',
    start: panic(
      String.raw`stack-protector: Kernel stack is corrupted in: (?:(?<function>[A-Za-z_][\w.$]*)\+0x)?`,
    ),
    title: 'kernel panic: stack is corrupted',
  },
  {
    kind: 'panic',
    extent: 'trace',
    start: panic('corrupted stack end'),
    title: 'kernel panic: corrupted stack end',
    blame: 'overflow',
  },
  {
    kind: 'panic',
    extent: 'trace',
    start: panic('kernel stack overflow'),
    title: 'kernel stack overflow',
    blame: 'overflow',
  },
  {
    kind: 'panic',
    extent: 'trace',
    start: panic('Attempted to kill init!'),
    title: 'kernel panic: Attempted to kill init!',
    blame: 'nobody',
  },
  {
    kind: 'panic',
    extent: 'trace',
    start: panic("Couldn't open N_TTY ldisc"),
    title: "kernel panic: Couldn't open N_TTY ldisc",
  },
  { kind: 'panic', extent: 'trace', start: panic('(?<what>.*)'), title: 'kernel panic: $<what>' },
];
