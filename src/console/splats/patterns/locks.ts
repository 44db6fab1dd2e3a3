import type { SplatPattern } from './pattern.ts';

/** Since 4.11 the validator says "WARNING: …", before it was "[ INFO: … ]" or "[ BUG: … ]". */
const MARK = String.raw`^(?:WARNING: |INFO: |(?:=+)?\[ (?:BUG|INFO): )`;
const lockdep = (text: string): RegExp => new RegExp(MARK + text, 'u');

// From kernel/locking/lockdep.c, kernel/sched/core.c, lib/smp_processor_id.c and kernel/locking/spinlock_debug.c.

/** The lock validator, and sleeping in atomic context. */
export const LOCK_PATTERNS: readonly SplatPattern[] = [
  {
    kind: 'lockdep',
    extent: 'trace',
    start: lockdep('possible circular locking dependency detected'),
    title: 'possible deadlock',
    blame: 'circular',
  },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: lockdep('possible (?:recursive locking|irq lock inversion dependency) detected'),
    title: 'possible deadlock',
    blame: 'acquiring',
  },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: lockdep(String.raw`\w+-(?:irq-)?safe -> \w+-(?:irq-)?unsafe lock order detected`),
    title: 'possible deadlock',
  },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: lockdep('inconsistent lock state'),
    title: 'inconsistent lock state',
    blame: 'acquiring',
  },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: lockdep('Nested lock was not taken'),
    title: 'WARNING: nested lock was not taken',
  },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: lockdep('bad unlock balance detected'),
    title: 'WARNING: bad unlock balance',
    blame: 'releasing',
  },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: lockdep('held lock freed'),
    title: 'WARNING: held lock freed',
    blame: 'freeing-lock',
  },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: lockdep('suspicious RCU usage'),
    title: 'WARNING: suspicious RCU usage',
    blame: 'rcu-usage',
  },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: lockdep('(?<what>bad contention|chain_key collision)'),
    title: 'WARNING: $<what>',
  },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: lockdep('lock held when returning to user space'),
    title: 'WARNING: lock held when returning to user space',
    traceless: true,
    blame: 'holding',
  },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: /^(?:WARNING|BUG|\[ BUG): .+\/\d+ still has locks held!/u,
    title: 'WARNING: still has locks held',
    blame: 'holding',
  },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: /^(?:\[ BUG: |BUG: |WARNING: )Invalid wait context/u,
    title: 'WARNING: locking bug',
    blame: 'wait-context',
  },
  { kind: 'lockdep', extent: 'trace', start: /^INFO: trying to register non-static key/u, blame: 'key' },
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
    start: /^BUG: scheduling while atomic/u,
    blame: 'scheduling-atomic',
  },
  {
    kind: 'atomic-sleep',
    extent: 'trace',
    start: /^BUG: using (?<what>\S+) in preemptible/u,
    title: 'BUG: using $<what> in preemptible code',
    blame: 'preemptible',
  },
  {
    kind: 'atomic-sleep',
    extent: 'trace',
    start:
      /^BUG: (?:sleeping function called from invalid context|scheduling in a non-blocking section|assuming (?:atomic|non migratable) context)/u,
  },
  {
    kind: 'atomic-sleep',
    extent: 'trace',
    start: /^BUG: workqueue leaked (?:lock or atomic|atomic, lock or RCU)/u,
    title: 'BUG: workqueue leaked lock or atomic',
  },
];
