import type { SplatPattern } from './pattern.ts';

/** "function+0x10/0x20", or its name and file if a script added inlined functions. */
const AT = String.raw`(?<function>[A-Za-z_][\w.$]*)(?:\+0x[^\s,]+)?(?=[\s,]|$)(?<inline> \S+:\d+ \[inline\])?`;
/** Since 6.19 this is the condition, with CONFIG_DEBUG_BUGVERBOSE_DETAILED; before 6.19, the warning function. */
const WARNING = String.raw`^WARNING: (?:\[.*\] )?(?:CPU: \d+ PID: \d+ )?`;
const SOURCE = String.raw`(?:[^\s:]+:\d+ )?`;

// From lib/bug.c and kernel/panic.c.

/** The kernel's own assertions, BUG() and WARN(). Line numbers change with every patch and are left out. */
export const FAULT_PATTERNS: readonly SplatPattern[] = [
  {
    kind: 'bug',
    extent: 'marked',
    start: /^[Kk]ernel BUG at (?<file>[^\s:]+):\d+!/u,
    title: 'kernel BUG',
    blame: 'socket',
  },
  { kind: 'bug', extent: 'marked', start: new RegExp(`^[Kk]ernel BUG at ${AT}`, 'u'), title: 'kernel BUG' },
  {
    kind: 'bug',
    extent: 'marked',
    start: /^(?:[Kk]ernel BUG (?:\[verbose|at )|Kernel bug detected ?\[#\d+\])/u,
    title: 'kernel BUG',
  },
  {
    kind: 'warning',
    extent: 'marked',
    start: new RegExp(`${WARNING}at ${SOURCE}${AT}`, 'u'),
    title: 'WARNING',
  },
  {
    kind: 'warning',
    extent: 'marked',
    start: new RegExp(String.raw`${WARNING}${SOURCE}at ${SOURCE}${AT}.*, CPU#\d+: `, 'u'),
    title: 'WARNING',
  },
  // Without CONFIG_KALLSYMS there is only an address.
  {
    kind: 'warning',
    extent: 'marked',
    start: new RegExp(
      String.raw`${WARNING}(?:(?<file>[^\s:]+):\d+ )?at ${SOURCE}\S+(?: \[.*\])?, CPU#\d+`,
      'u',
    ),
    title: 'WARNING',
  },
  {
    kind: 'warning',
    extent: 'marked',
    start: new RegExp(String.raw`${WARNING}at (?<file>[^\s:]+\.[chS]):\d+`, 'u'),
    title: 'WARNING',
  },
  {
    kind: 'warning',
    extent: 'line',
    start: /^WARNING: kernel stack (?<what>regs|frame pointer) at .* has bad (?<value>'\w+' )?value/u,
    title: 'WARNING: kernel stack $<what> has bad $<value>value',
  },
  {
    kind: 'warning',
    extent: 'line',
    start: /^WARNING: kernel stack (?<what>regs|frame pointer) at /u,
    title: 'WARNING: kernel stack $<what> has bad value',
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
