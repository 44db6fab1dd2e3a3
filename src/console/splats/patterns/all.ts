import { FAULT_PATTERNS } from './faults.ts';
import { LOCK_PATTERNS } from './locks.ts';
import { MEMORY_PATTERNS } from './memory.ts';
import { SANITIZER_PATTERNS } from './sanitizers.ts';
import type { SplatPattern } from './pattern.ts';
import { STALL_PATTERNS } from './stalls.ts';

/** Every form that is known. The first that matches decides. */
export const SPLAT_PATTERNS: readonly SplatPattern[] = [
  { kind: 'panic', extent: 'trace', start: /^(?<title>Kernel panic - not syncing: .*)/u, title: '$<title>' },
  ...STALL_PATTERNS,
  ...SANITIZER_PATTERNS,
  ...LOCK_PATTERNS,
  ...MEMORY_PATTERNS,
  ...FAULT_PATTERNS,
  // What remains of "BUG:". Counts of suppressed messages say nothing new.
  { kind: 'bug', extent: 'trace', start: /^BUG: (?!Bad page \w+: \d+ messages suppressed)\S.*/u },
];
