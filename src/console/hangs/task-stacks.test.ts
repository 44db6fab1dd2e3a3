import test from 'ava';
import { describeHangStack } from './hang-stack.ts';
import { findTaskStacks } from './task-stacks.ts';

/** What Linux 6.12 on x86-64 showed of a program that had locked a mutex twice, with fewer of the kernel's threads. */
const DEADLOCK = `[    7.691534][    T1] sysrq: Show State
[    7.692158][    T1] task:init            state:R  running task     stack:0     pid:1     tgid:1     ppid:0      flags:0x00000000
[    7.693325][    T1] Call Trace:
[    7.693607][    T1]  <TASK>
[    7.694255][    T1]  sched_show_task+0x113/0x11e
[    7.695237][    T1]  </TASK>
[    7.705000][    T1] task:init            state:S stack:0     pid:28    tgid:1     ppid:0      flags:0x00000002
[    7.706000][    T1] Call Trace:
[    7.706100][    T1]  __do_sys_pause+0x29/0x34
[    7.710000][    T1] task:kworker/R-kvfre state:I stack:0     pid:4     tgid:4     ppid:2      flags:0x00004000
[    7.711000][    T1] Call Trace:
[    7.712000][    T1]  schedule+0x23/0x35
[    7.713000][    T1]  rescuer_thread+0x1dc/0x219
[    7.800000][    T1] task:hangs           state:S stack:0     pid:31    tgid:31    ppid:30     flags:0x00000002
[    7.801000][    T1] Call Trace:
[    7.802000][    T1]  __schedule+0x4c3/0x4ed
[    7.803000][    T1]  schedule+0x23/0x35
[    7.804000][    T1]  __do_sys_pause+0x29/0x34
[    7.852604][    T1] task:hangs           state:D stack:0     pid:30    tgid:30    ppid:28     flags:0x00004002
[    7.853381][    T1] Call Trace:
[    7.857740][    T1]  <TASK>
[    7.857816][    T1]  __schedule+0x4c3/0x4ed
[    7.857878][    T1]  schedule+0x23/0x35
[    7.857926][    T1]  schedule_preempt_disabled+0x9/0xb
[    7.866779][    T1]  __mutex_lock.constprop.0+0x14b/0x1f4
[    7.866994][    T1]  mutex_lock+0x1a/0x1d
[    7.872321][    T1]  hang_deadlock+0x1c/0x1e
[    7.873746][    T1]  ? cr4_update_pce_mm+0x3c/0x3e
[    7.876877][    T1]  entry_SYSCALL_64_after_hwframe+0x4b/0x53
[    7.877325][    T1] RIP: 0033:0x43c3e0
[    7.880000][    T1]  </TASK>
[    7.881000][    T1] Showing busy workqueues and worker pools:
`;

test('the tasks of programs are found, those that are blocked first, and without the scheduler', (t) => {
  const found = findTaskStacks(DEADLOCK);
  t.deepEqual(
    found.map(({ of, stack }) => [of, stack.map(({ symbol }) => symbol)]),
    [
      [
        'The task hangs (30) was blocked',
        ['__mutex_lock.constprop.0', 'mutex_lock', 'hang_deadlock', 'entry_SYSCALL_64_after_hwframe'],
      ],
      ['The task hangs (31) was asleep', ['__do_sys_pause']],
    ],
  );
});

test('a task is told of by the function that took the lock, not by the lock', (t) => {
  const [blocked] = findTaskStacks(DEADLOCK);
  t.is(describeHangStack(blocked!), 'The task hangs (30) was blocked in hang_deadlock.');
});

test('a task of the kernel itself counts when it is blocked', (t) => {
  const [first] = findTaskStacks(
    DEADLOCK.replace('kworker/R-kvfre state:I', 'kworker/R-kvfre state:D').replace(
      'state:D stack:0     pid:30',
      'state:R stack:0     pid:30',
    ),
  );
  t.is(first?.of, 'The task kworker/R-kvfre (4) was blocked');
});

test('a task that was interrupted outside of the kernel has no stack in it', (t) => {
  const [only] = findTaskStacks(`[    1.000000] sysrq: Show State
[    1.100000] task:loop            state:R  running task     stack:    0 pid:   30 ppid:    28 flags:0x00000000
[    1.200000] Call trace:
[    1.300000]  __switch_to+0xac/0xd8
[    1.400000]  __schedule+0x4c3/0x4ed
[    1.500000]  preempt_schedule_irq+0x2c/0x40
[    1.600000]  el0_interrupt+0x50/0x70
[    1.700000]  el0t_64_irq_handler+0xc/0x14
[    1.800000]  el0t_64_irq+0x168/0x16c
`);
  t.deepEqual(only, {
    kind: 'task',
    tid: 30,
    of: 'The task loop (30) was running outside of the kernel',
    stack: [],
    registers: {},
  });
  t.is(describeHangStack(only!), 'The task loop (30) was running outside of the kernel.');
});

test('a log without such a report has no tasks', (t) => {
  t.deepEqual(findTaskStacks('[    1.000000] task:loop state:R pid:1 ppid:0\n'), []);
});

test('the agent’s threads are none of the case’s tasks, on kernels that do not say whose thread one is, too', (t) => {
  const stacks = findTaskStacks(`[    1.000000] sysrq: Show State
[    1.100000] task:init            state:S stack:0     pid:27    ppid:0      flags:0x00000000
[    1.200000] Call Trace:
[    1.300000]  __do_sys_pause+0x29/0x34
[    1.400000] task:program         state:S stack:0     pid:30    ppid:1      flags:0x00000000
[    1.500000] Call Trace:
[    1.600000]  do_wait+0x29/0x34
`);
  t.deepEqual(
    stacks.map(({ tid }) => tid),
    [30],
  );
});
