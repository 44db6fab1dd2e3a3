import type { SplatPattern } from './pattern.ts';

/** "function+0x10/0x20", or its name and file where a script put in inlined functions. */
const AT = String.raw`(?<function>[A-Za-z_][\w.$]*)(?:\+0x[^\s,]+)?(?=[\s,]|$)(?<inline> \S+:\d+ \[inline\])?`;

// From arch/x86/kernel/{traps,dumpstack}.c, arch/x86/mm/fault.c, arch/arm64/kernel/{traps,entry-common}.c,
// arch/arm64/mm/fault.c, kernel/panic.c and lib/bug.c.

/** What the processor refused, and what the kernel's own assertions found. */
export const FAULT_PATTERNS: readonly SplatPattern[] = [
  // x86: the first two come before "Oops: 0002 [#1]", the others are that line itself; "Oops: " is there since 6.10.
  {
    kind: 'oops',
    extent: 'marked',
    start: /^BUG: (?:unable to handle|kernel NULL pointer)[^,]*?(?=,? (?:for|at|address)\b|$)/u,
  },
  {
    kind: 'oops',
    extent: 'marked',
    start:
      /^(?:traps: )?(?:Oops: )?(?<title>[a-z][a-z0-9# -]+)(?:, (?:probably|maybe) for [^:]*)?: [0-9a-f]{4} \[#\d+\]/u,
    title: '$<title>',
  },
  { kind: 'oops', extent: 'marked', start: /^(?:Oops: )+[0-9a-f]{4} \[#\d+\]/u, title: 'Oops' },
  {
    kind: 'oops',
    extent: 'marked',
    start: /^Oops: (?<title>.*?) *: [0-9a-f]{4} \[#\d+\]/u,
    title: '$<title>',
  },
  { kind: 'oops', extent: 'marked', start: /^(?:traps: )?(?<title>PANIC: double fault)/u, title: '$<title>' },
  {
    kind: 'oops',
    extent: 'marked',
    start: /^BUG: (?:\S+ )?stack guard page was hit/u,
    title: 'BUG: stack guard page was hit',
  },
  {
    kind: 'oops',
    extent: 'marked',
    start: /^(?:traps: )?(?:Missing ENDBR|CFI failure)(?: at|:) (?<function>[^\s(]+)/u,
    title: 'control flow violation',
  },

  // arm64.
  {
    kind: 'oops',
    extent: 'marked',
    start: /^(?<title>Unable to handle kernel .+?) at virtual address/u,
    title: '$<title>',
  },
  {
    kind: 'oops',
    extent: 'marked',
    start: /^Internal error: (?<title>[^:]*?) ?: [0-9a-f]+ \[#\d+\]/u,
    title: 'Internal error: $<title>',
  },
  {
    kind: 'oops',
    extent: 'marked',
    start: /^Insufficient stack space to handle exception!/u,
    title: 'Insufficient stack space to handle exception',
  },
  {
    kind: 'oops',
    extent: 'marked',
    start: /^SError Interrupt on CPU\d+/u,
    title: 'SError Interrupt',
  },
  {
    kind: 'oops',
    extent: 'marked',
    start: /^Bad mode in (?<what>[\w ]+) (?:handler )?detected/u,
    title: 'Bad mode in $<what>',
  },
  {
    kind: 'oops',
    extent: 'marked',
    start: /^Unhandled (?<what>\d\d-bit el1\w* \w+) exception on CPU/u,
    title: 'Unhandled $<what> exception',
  },
  {
    kind: 'oops',
    extent: 'marked',
    start: /^Unhandled fault(?:: (?<what>[^(]+?)| at) \(?0x/u,
    title: 'Unhandled fault $<what>',
  },

  // BUG() and WARN(). Where no function is known the file stays; the line number moves with every patch.
  {
    kind: 'bug',
    extent: 'marked',
    start: /^[Kk]ernel BUG at (?<file>[^\s:]+):\d+!/u,
    title: 'kernel BUG',
  },
  { kind: 'bug', extent: 'marked', start: new RegExp(`^[Kk]ernel BUG at ${AT}`, 'u'), title: 'kernel BUG' },
  {
    kind: 'warning',
    extent: 'marked',
    start: new RegExp(String.raw`^WARNING: (?:CPU: \d+ PID: \d+ )?at (?:[^\s:]+:\d+ )?${AT}`, 'u'),
    title: 'WARNING',
  },
  {
    kind: 'warning',
    extent: 'marked',
    start: new RegExp(String.raw`^WARNING: (?:[^\s:]+:\d+ )?at (?:[^\s:]+:\d+ )?${AT}, CPU#\d+`, 'u'),
    title: 'WARNING',
  },
  {
    kind: 'warning',
    extent: 'marked',
    start: /^WARNING: (?:CPU: \d+ PID: \d+ )?at (?<file>[^\s:]+\.[chS]):\d+/u,
    title: 'WARNING',
  },
  {
    kind: 'warning',
    extent: 'line',
    start: /^WARNING: kernel stack (?<what>regs|frame pointer) at /u,
    title: 'WARNING: bad kernel stack $<what>',
  },
  {
    kind: 'warning',
    extent: 'line',
    start:
      /^WARNING: (?<title>can't (?:dereference|access) registers|stack (?:recursion|going in the wrong direction\?))/u,
    title: 'WARNING: $<title>',
  },
  { kind: 'bug', extent: 'trace', start: /^rust_kernel: panicked at/u, title: 'rust_kernel: panicked' },
];
