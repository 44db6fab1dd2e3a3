import { FAULT_PATTERNS } from './faults.ts';
import { LOCK_PATTERNS } from './locks.ts';
import { MEMORY_PATTERNS } from './memory.ts';
import { SANITIZER_PATTERNS } from './sanitizers.ts';
import { OOPS_PATTERNS } from './oopses.ts';
import { PANIC_PATTERNS } from './panics.ts';
import type { SplatPattern } from './pattern.ts';
import { STALL_PATTERNS } from './stalls.ts';

/** Every known form. The first match decides. */
export const SPLAT_PATTERNS: readonly SplatPattern[] = [
  ...PANIC_PATTERNS,
  ...STALL_PATTERNS,
  ...SANITIZER_PATTERNS,
  ...LOCK_PATTERNS,
  ...MEMORY_PATTERNS,
  ...FAULT_PATTERNS,
  ...OOPS_PATTERNS,
  // What remains of "BUG:". Counts of suppressed messages say nothing new.
  {
    kind: 'bug',
    extent: 'trace',
    start:
      /^(?:(?!kernel: )[A-Za-z][\w-]{1,20}: )?(?<title>BUG: (?!Bad page \w+: \d+ messages suppressed|no syscalls can create resource)\S.*)/u,
    title: '$<title>',
  },
];
