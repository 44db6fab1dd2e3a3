import type { SplatKind } from './splat.ts';
import type { SplatExtent } from './splat-starts.ts';

/** How one form of report begins. */
export interface SplatPattern {
  readonly kind: SplatKind;
  /** Matches a whole message from its beginning; groups `title` and `function` are used when the form has none. */
  readonly start: RegExp;
  /** `$<group>` stands for a group; the whole match when left out. */
  readonly title?: string;
  readonly extent: SplatExtent;
}

// Written from the format strings of Linux 6.12 (kernel/panic.c, arch/{x86,arm64}, mm/, kernel/locking/, kernel/rcu/,
// kernel/watchdog.c, lib/) with older and newer wordings where they are known.

/** Every form that is known. The first that matches decides. */
export const SPLAT_PATTERNS: readonly SplatPattern[] = [
  { kind: 'panic', extent: 'trace', start: /^(?<title>Kernel panic - not syncing: .*)/u, title: '$<title>' },

  // Lockups and stalls. A message may begin with the name of the file's subsystem.
  {
    kind: 'lockup',
    extent: 'trace',
    start: /^(?:watchdog: )?BUG: soft lockup - CPU#\d+ stuck for/u,
    title: 'BUG: soft lockup',
  },
  {
    kind: 'lockup',
    extent: 'trace',
    start: /^(?:(?:NMI )?watchdog: )?Watchdog detected hard LOCKUP on cpu/u,
    title: 'Watchdog detected hard LOCKUP',
  },
  {
    kind: 'lockup',
    extent: 'trace',
    start: /^BUG: workqueue lockup - pool/u,
    title: 'BUG: workqueue lockup',
  },
  {
    kind: 'lockup',
    extent: 'trace',
    start: /^BUG: (?<lock>spinlock|rwlock) (?<what>lockup suspected|cpu recursion) on CPU#/u,
    title: 'BUG: $<lock> $<what>',
  },
  {
    kind: 'rcu-stall',
    extent: 'trace',
    start: /^(?:rcu: )?INFO: (?<flavor>rcu\w*) (?:self-)?detected (?:expedited )?stalls? on /u,
    title: 'INFO: $<flavor> detected stall',
  },
  {
    kind: 'rcu-stall',
    extent: 'line',
    start: /^(?:rcu: )?INFO: (?<flavor>rcu\w*) detected stall, but suppressed/u,
    title: 'INFO: $<flavor> detected stall',
  },
  {
    kind: 'hung-task',
    extent: 'trace',
    start: /^INFO: task .+:\d+ (?:is )?blocked (?:in I\/O wait |on \S+ )?for more than \d+ seconds/u,
    title: 'INFO: task hung',
  },

  // Sanitizers.
  {
    kind: 'kasan',
    extent: 'marked',
    start: /^(?<title>BUG: KASAN: [\w-]+)(?: on address .*| in (?<function>\S+))?/u,
    title: '$<title>',
  },
  {
    kind: 'bug',
    extent: 'marked',
    start: /^(?<title>BUG: (?:KFENCE|KMSAN|KCSAN): [\w -]+?)(?: in (?<function>\S+).*)?$/u,
    title: '$<title>',
  },
  {
    kind: 'warning',
    extent: 'marked',
    start: /^UBSAN: (?<what>[\w-]+) in \S/u,
    title: 'UBSAN: $<what>',
  },

  // The lock validator.
  {
    kind: 'lockdep',
    extent: 'trace',
    start:
      /^WARNING: (?:possible (?:circular|recursive) locking|inconsistent lock state|possible irq lock inversion|Nested lock was not taken|bad unlock balance|bad contention|held lock freed|lock held when returning to user space|suspicious RCU usage|chain_key collision).*/u,
  },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: /^WARNING: (?<from>\w+)-safe -> (?<to>\w+)-unsafe lock order detected/u,
  },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: /^WARNING: .+\/\d+ still has locks held!/u,
    title: 'WARNING: still has locks held!',
  },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: /^\[ BUG: Invalid wait context \]/u,
    title: 'BUG: Invalid wait context',
  },
  { kind: 'lockdep', extent: 'trace', start: /^INFO: trying to register non-static key/u },
  {
    kind: 'lockdep',
    extent: 'trace',
    start: /^BUG: (?:MAX_\w+ too low!|looking up invalid subclass|key \S+ has not been registered)/u,
  },

  // Memory management.
  {
    kind: 'bad-page',
    extent: 'trace',
    start: /^(?<title>BUG: Bad page (?:state|map|cache)) in process /u,
    title: '$<title>',
  },
  {
    kind: 'bad-rss-counter',
    extent: 'line',
    start: /^BUG: Bad rss-counter state mm:\S+ (?:type:(?<type>\w+)|idx:\d+)/u,
    title: 'BUG: Bad rss-counter state $<type>',
  },
  {
    kind: 'bad-rss-counter',
    extent: 'line',
    start: /^BUG: non-zero (?:pgtables_bytes|nr_\w+) on freeing mm/u,
  },
  {
    kind: 'bug',
    extent: 'trace',
    start: /^BUG (?<cache>[\w.-]+) \(.*?\): (?<what>.+)/u,
    title: 'BUG $<cache>: $<what>',
  },

  // x86: the first two come before "Oops: 0002 [#1]", the others are that line itself.
  {
    kind: 'oops',
    extent: 'marked',
    start: /^BUG: (?:unable to handle|kernel NULL pointer)[^,]*?(?=,? (?:for|at|address)\b|$)/u,
  },
  {
    kind: 'oops',
    extent: 'marked',
    start: /^Oops: (?<title>.*?)(?:, probably for| *: [0-9a-f]{4} \[#\d+\])/u,
    title: 'Oops: $<title>',
  },
  { kind: 'oops', extent: 'marked', start: /^Oops: [0-9a-f]{4} \[#\d+\]/u, title: 'Oops' },
  {
    kind: 'oops',
    extent: 'marked',
    start: /^(?<title>[a-z][a-z0-9# -]+)(?:, probably for .*)?: [0-9a-f]{4} \[#\d+\]/u,
    title: 'Oops: $<title>',
  },
  { kind: 'oops', extent: 'marked', start: /^(?:traps: )?(?<title>PANIC: double fault)/u, title: '$<title>' },
  { kind: 'oops', extent: 'marked', start: /^BUG: (?<stack>\S+) stack guard page was hit/u },

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
    start: /^Internal error: (?<title>.+?): [0-9a-f]{4,16} \[#\d+\]/u,
    title: 'Internal error: $<title>',
  },
  { kind: 'oops', extent: 'marked', start: /^Insufficient stack space to handle exception!/u },
  {
    kind: 'oops',
    extent: 'trace',
    start: /^(?:Unhandled|Bad mode in) .*(?:exception|handler) .*detected/u,
    title: 'Unhandled exception',
  },

  // BUG() and WARN(). The file stays, the line number moves with every patch.
  {
    kind: 'bug',
    extent: 'marked',
    start: /^[Kk]ernel BUG at (?<file>[^\s:]+):\d+!/u,
    title: 'kernel BUG at $<file>',
  },
  { kind: 'bug', extent: 'marked', start: /^[Kk]ernel BUG at (?<function>\S+)/u, title: 'kernel BUG' },
  {
    kind: 'warning',
    extent: 'marked',
    start: /^WARNING: CPU: \d+ PID: \d+ at (?<file>[^\s:]+):\d+ (?<function>\S+)/u,
    title: 'WARNING at $<file>',
  },
  {
    kind: 'warning',
    extent: 'marked',
    start: /^WARNING: CPU: \d+ PID: \d+ at (?<function>\S+)/u,
    title: 'WARNING',
  },
  {
    kind: 'warning',
    extent: 'marked',
    start: /^WARNING: (?<file>[^\s:]+):\d+ at (?<function>\S+), CPU#\d+/u,
    title: 'WARNING at $<file>',
  },
  { kind: 'warning', extent: 'marked', start: /^WARNING: at (?<function>\S+), CPU#\d+/u, title: 'WARNING' },
  {
    kind: 'warning',
    extent: 'line',
    start: /^WARNING: kernel stack (?<what>regs|frame pointer) at /u,
    title: 'WARNING: bad kernel stack $<what>',
  },

  // What remains of "BUG:". Counts of suppressed messages say nothing new.
  {
    kind: 'bug',
    extent: 'trace',
    start:
      /^BUG: (?<what>sleeping function called from invalid context|scheduling while atomic|scheduling in a non-blocking section|assuming (?:atomic|non migratable) context|workqueue leaked)/u,
    title: 'BUG: $<what>',
  },
  { kind: 'bug', extent: 'trace', start: /^BUG: using (?<what>\S+) in preemptible/u },
  { kind: 'bug', extent: 'trace', start: /^BUG: (?:spinlock|rwlock) [a-z ]+(?= on CPU#)/u },
  { kind: 'bug', extent: 'trace', start: /^BUG: (?!Bad page \w+: \d+ messages suppressed)\S.*/u },
];
