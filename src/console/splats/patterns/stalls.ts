import type { SplatPattern } from './pattern.ts';

// From kernel/watchdog.c, kernel/rcu/tree_stall.h, kernel/rcu/tree_exp.h, kernel/rcu/tasks.h, kernel/hung_task.c and
// kernel/workqueue.c. A message may begin with the name of its subsystem.

/** Tasks and processors that make no progress. */
export const STALL_PATTERNS: readonly SplatPattern[] = [
  {
    kind: 'lockup',
    extent: 'trace',
    start: /^(?:(?:NMI )?watchdog: )?BUG: soft lockup - CPU#\d+ stuck for/u,
    title: 'BUG: soft lockup',
    blame: 'looping',
  },
  {
    kind: 'lockup',
    extent: 'trace',
    start: /^(?:(?:NMI )?watchdog: )?(?:CPU\d+: )?Watchdog detected hard LOCKUP on cpu/u,
    title: 'Watchdog detected hard LOCKUP',
  },
  {
    kind: 'lockup',
    extent: 'trace',
    start: /^(?:workqueue: )?BUG: workqueue lockup - pool/u,
    title: 'BUG: workqueue lockup',
    traceless: true,
  },
  {
    kind: 'lockup',
    extent: 'trace',
    start: /^BUG: (?<lock>spinlock|rwlock) (?<what>lockup suspected|cpu recursion)(?: on UP)? on CPU#/u,
    title: 'BUG: $<lock> $<what>',
  },
  {
    kind: 'rcu-stall',
    extent: 'trace',
    start: /^(?:rcu: )?INFO: rcu\w* (?:self-)?detected (?:expedited )?stalls? on /u,
    title: 'INFO: rcu detected stall',
    blame: 'stalled',
  },
  {
    kind: 'rcu-stall',
    extent: 'line',
    start: /^(?:rcu: )?INFO: rcu\w* detected stall, but suppressed/u,
    title: 'INFO: rcu detected stall',
  },
  {
    kind: 'hung-task',
    extent: 'trace',
    start: /^INFO: task .+:\d+ (?:is )?blocked (?:in I\/O wait |on \S+ )?for more than \d+ seconds/u,
    title: 'INFO: task hung',
    blame: 'hung',
  },
  {
    kind: 'hung-task',
    extent: 'trace',
    start: /^INFO: task .+:\d+ can't die (?:in|for) more than \d+ seconds/u,
    title: "INFO: task can't die",
    blame: 'scheduling-atomic',
  },
  {
    kind: 'interrupt',
    extent: 'trace',
    start: /^irq \d+: nobody cared/u,
    title: 'irq: nobody cared',
  },
];
