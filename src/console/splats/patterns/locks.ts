import type { SplatPattern } from './pattern.ts';

/** Since 4.11 the validator says "WARNING: …", before it was "[ INFO: … ]" or "[ BUG: … ]". */
const MARK = String.raw`^(?:WARNING: |INFO: |(?:=+)?\[ (?:BUG|INFO): )`;
const lockdep = (text: string): RegExp => new RegExp(MARK + text, 'u');

// From kernel/locking/lockdep.c, kernel/sched/core.c, lib/smp_processor_id.c and kernel/locking/spinlock_debug.c.

/** The lock validator, and sleeping where that is not allowed. */
export const LOCK_PATTERNS: readonly SplatPattern[] = [
  {
    kind: 'lockdep',
    extent: 'trace',
    start: lockdep(
      '(?<what>possible (?:circular|recursive) locking(?: dependency)? detected|inconsistent lock state|possible irq lock inversion dependency detected|Nested lock was not taken|bad unlock balance detected|bad contention detected|held lock freed|suspicious RCU usage|chain_key collision)',
    ),
    title: 'WARNING: $<what>',
  },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: lockdep('lock held when returning to user space'),
    title: 'WARNING: lock held when returning to user space',
    traceless: true,
  },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: lockdep(String.raw`(?<from>\w+)-(?:irq-)?safe -> (?<to>\w+)-(?:irq-)?unsafe lock order detected`),
    title: 'WARNING: $<from>-safe -> $<to>-unsafe lock order detected',
  },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: /^(?:WARNING|BUG|\[ BUG): .+\/\d+ still has locks held!/u,
    title: 'WARNING: still has locks held',
  },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: /^(?:\[ BUG: |BUG: |WARNING: )Invalid wait context/u,
    title: 'BUG: Invalid wait context',
  },
  { kind: 'lockdep', extent: 'trace', start: /^INFO: trying to register non-static key/u },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: /^BUG: (?:MAX_\w+ too low|looking up invalid subclass|key \S+ has not been registered)/u,
  },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: /^BUG: (?<lock>spinlock|rwlock) (?<what>[a-z][a-z -]*[a-z])(?: on UP)? on CPU#/u,
    title: 'BUG: $<lock> $<what>',
  },
  {
    kind: 'atomic-sleep',
    extent: 'trace',
    start:
      /^BUG: (?<what>sleeping function called from invalid context|scheduling while atomic|scheduling in a non-blocking section|assuming (?:atomic|non migratable) context|using \S+ in preemptible)/u,
    title: 'BUG: $<what>',
  },
  {
    kind: 'atomic-sleep',
    extent: 'trace',
    start: /^BUG: workqueue leaked (?:lock or atomic|atomic, lock or RCU)/u,
    title: 'BUG: workqueue leaked lock or atomic',
  },
];
