import test from 'ava';
import { findSplats } from './find-splats.ts';

/** First lines in the wordings of 4.19 to 6.19, and what they are; whole reports are in fixtures/console. */
const WORDINGS: readonly (readonly [line: string, finding: string])[] = [
  ['BUG: KASAN: use-after-free in foo+0x12/0x34 at addr ffff8800', 'kasan: KASAN: use-after-free in foo'],
  ['BUG: KASAN: double-free or invalid-free in foo+0x12/0x34', 'kasan: KASAN: invalid-free in foo'],
  ['BUG: KASAN: null-ptr-deref in foo+0x1/0x2', 'kasan: KASAN: null-ptr-deref in foo'],
  ['BUG: KASAN: maybe wild-memory-access in range [0x1-0x2]', 'kasan: KASAN: wild-memory-access'],
  ['BUG: KASAN: slab-out-of-bounds on address ffff8800', 'kasan: KASAN: slab-out-of-bounds'],
  ['BUG: KASAN: invalid-access', 'kasan: KASAN: invalid-access'],
  [
    'BUG: KASAN: stack-out-of-bounds in unwind_next_frame+0x10/0x20',
    'kasan: KASAN: stack-out-of-bounds in unwind_next_frame',
  ],
  ['BUG: KMSAN: kernel-infoleak in _copy_to_user+0x1/0x2', 'kmsan: KMSAN: kernel-infoleak'],
  ['BUG: KMSAN: kernel-usb-infoleak in usb_submit_urb+0x1/0x2', 'kmsan: KMSAN: kernel-usb-infoleak'],
  ['BUG: KCSAN: assert: race in foo / bar', 'kcsan: KCSAN: assert: race in foo / bar'],
  ['BUG: KCSAN: data-race in foo+0x1/0x2', 'kcsan: KCSAN: data-race in foo'],
  ['BUG: KFENCE: memory corruption in foo+0x1/0x2', 'kfence: KFENCE: memory corruption in foo'],
  ['BUG: KFENCE: invalid free in foo+0x1/0x2', 'kfence: KFENCE: invalid free in foo'],
  ['BUG: KFENCE: use-after-free write in foo+0x1/0x2', 'kfence: KFENCE: use-after-free write in foo'],
  [
    'BUG: unable to handle kernel NULL pointer dereference at 0000000000000048',
    'oops: BUG: unable to handle kernel NULL pointer dereference',
  ],
  [
    'BUG: unable to handle kernel NULL pointer dereference at           (null)',
    'oops: BUG: unable to handle kernel NULL pointer dereference',
  ],
  [
    'BUG: unable to handle kernel paging request at ffffffffdeadbeef',
    'oops: BUG: unable to handle kernel paging request',
  ],
  [
    'BUG: unable to handle page fault for address: ffffed1000000001',
    'oops: BUG: unable to handle kernel paging request',
  ],
  [
    'BUG: kernel NULL pointer dereference, address: 0000000000000008',
    'oops: BUG: unable to handle kernel NULL pointer dereference',
  ],
  ['general protection fault: 0000 [#1] SMP PTI', 'oops: general protection fault'],
  [
    'general protection fault, maybe for address 0xffff888: 0000 [#1] PREEMPT SMP',
    'oops: general protection fault',
  ],
  ['divide error: 0000 [#1] PREEMPT SMP KASAN', 'oops: divide error'],
  ['Oops: divide error: 0000 [#1] PREEMPT SMP KASAN NOPTI', 'oops: divide error'],
  ['stack segment: 0000 [#1] SMP', 'oops: stack segment fault'],
  ['invalid opcode: 0000 [#1] SMP', 'oops: invalid opcode'],
  ['Oops: invalid opcode: 0000 [#1] SMP', 'oops: invalid opcode'],
  ['int3: 0000 [#1] SMP', 'oops: int3'],
  ['double fault: 0000 [#1] SMP', 'oops: double fault'],
  ['PANIC: double fault, error_code: 0x0', 'oops: PANIC: double fault'],
  ['traps: PANIC: double fault, error_code: 0x0', 'oops: PANIC: double fault'],
  [
    'BUG: stack guard page was hit at 0000000012345678 (stack is 0000000012345678..000000001234567f)',
    'oops: BUG: stack guard page was hit',
  ],
  [
    'BUG: TASK stack guard page was hit at ffffc90000 (stack is ffffc9..ffffc9)',
    'oops: BUG: stack guard page was hit',
  ],
  ['kernel BUG at mm/slub.c:305!', 'bug: kernel BUG at mm/slub.c'],
  ['Kernel BUG at foo+0x1/0x2 [verbose debug info unavailable]', 'bug: kernel BUG in foo'],
  [
    'Unable to handle kernel NULL pointer dereference at virtual address 0000000000000010',
    'oops: BUG: unable to handle kernel NULL pointer dereference',
  ],
  [
    'Unable to handle kernel paging request at virtual address dead000000000108',
    'oops: BUG: unable to handle kernel paging request',
  ],
  [
    'Unable to handle kernel access to user memory outside uaccess routines at virtual address 0000ffff',
    'oops: BUG: unable to handle kernel access to user memory',
  ],
  ['Internal error: Oops: 96000004 [#1] PREEMPT SMP', 'oops: Internal error'],
  ['Internal error: Oops - BUG: 0 [#1] SMP', 'oops: Internal error'],
  ['Internal error: Oops - undefined instruction: 0 [#1] SMP', 'oops: Internal error'],
  ['Internal error: synchronous external abort: 96000010 [#1] SMP', 'oops: Internal error'],
  ['Internal error: : 96000010 [#1] SMP', 'oops: Internal error'],
  ['Internal error: Oops - bad mode: 0 [#1] SMP', 'oops: Internal error'],
  ['Internal error: Oops - FPAC: 0000000072000000 [#1] SMP', 'oops: Internal error'],
  ['Internal error: Oops - BTI: 0000000036000002 [#1] SMP', 'oops: Internal error'],
  ['Internal error: SP/PC alignment exception: 000000008a000000 [#1] SMP', 'oops: Internal error'],
  ['Internal error: Oops - CFI: 00000000f2008228 [#1] SMP', 'oops: Internal error'],
  ['SError Interrupt on CPU0, code 0x00000000bf000002 -- SError', 'oops: SError Interrupt'],
  [
    'Bad mode in Error handler detected on CPU0, code 0xbf000002 -- SError',
    'oops: Bad mode in Error handler',
  ],
  [
    'Unhandled 64-bit el1h sync exception on CPU0, ESR 0x0000000002000000 -- Unknown',
    'oops: Unhandled 64-bit el1h sync exception',
  ],
  ['Unhandled fault: synchronous external abort (0x96000010) at 0xffff000008c80000', 'oops: Unhandled fault'],
  ['WARNING: CPU: 1 PID: 77 at mm/mmap.c:9 vma_merge+0x10/0x20 [mod]', 'warning: WARNING in vma_merge'],
  ['WARNING: mm/mmap.c:9 at vma_merge+0x10/0x20, CPU#1: init/1', 'warning: WARNING in vma_merge'],
  ['WARNING: at mm/mmap.c:9 vma_merge+0x10/0x20()', 'warning: WARNING in vma_merge'],
  ['WARNING: CPU: 0 PID: 1 at kernel/foo.c:12 0xffffffff81234567', 'warning: WARNING at kernel/foo.c'],
  [
    "WARNING: kernel stack regs at 00000000 in x:1 has bad 'bp' value",
    "warning: WARNING: kernel stack regs has bad 'bp' value",
  ],
  ['WARNING: possible circular locking dependency detected', 'lockdep: possible deadlock'],
  ['INFO: possible circular locking dependency detected', 'lockdep: possible deadlock'],
  ['[ INFO: possible circular locking dependency detected ]', 'lockdep: possible deadlock'],
  ['WARNING: HARDIRQ-safe -> HARDIRQ-unsafe lock order detected', 'lockdep: possible deadlock'],
  ['WARNING: Nested lock was not taken', 'lockdep: WARNING: nested lock was not taken'],
  ['WARNING: held lock freed!', 'lockdep: WARNING: held lock freed'],
  ['WARNING: suspicious RCU usage', 'lockdep: WARNING: suspicious RCU usage'],
  ['WARNING: suspicious RCU usage.', 'lockdep: WARNING: suspicious RCU usage'],
  ['WARNING: bad unlock balance detected!', 'lockdep: WARNING: bad unlock balance'],
  ['[ BUG: bad unlock balance detected! ]', 'lockdep: WARNING: bad unlock balance'],
  ['WARNING: bad contention detected!', 'lockdep: WARNING: bad contention'],
  [
    'WARNING: lock held when returning to user space!',
    'lockdep: WARNING: lock held when returning to user space',
  ],
  ['BUG: MAX_LOCKDEP_CHAINS too low!', 'lockdep: BUG: MAX_LOCKDEP_CHAINS too low'],
  ['BUG: MAX_LOCK_DEPTH too low!', 'lockdep: BUG: MAX_LOCK_DEPTH too low'],
  ['BUG: MAX_STACK_TRACE_ENTRIES too low!', 'lockdep: BUG: MAX_STACK_TRACE_ENTRIES too low'],
  ['BUG: spinlock recursion on CPU#0, prog/12', 'lockdep: BUG: spinlock recursion'],
  ['BUG: spinlock lockup suspected on CPU#0, prog/12', 'lockup: BUG: spinlock lockup suspected'],
  ['BUG: rwlock already unlocked on CPU#0', 'lockdep: BUG: rwlock already unlocked'],
  ['BUG: soft lockup - CPU#0 stuck for 22s! [prog:12]', 'lockup: BUG: soft lockup'],
  ['NMI watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [prog:12]', 'lockup: BUG: soft lockup'],
  ['NMI watchdog: Watchdog detected hard LOCKUP on cpu 0', 'lockup: Watchdog detected hard LOCKUP'],
  ['watchdog: CPU0: Watchdog detected hard LOCKUP on cpu 1', 'lockup: Watchdog detected hard LOCKUP'],
  [
    'BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 42s!',
    'lockup: BUG: workqueue lockup',
  ],
  [
    'rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 1-.... } 25 jiffies s: 12 root: 0x2/.',
    'rcu-stall: INFO: rcu detected stall',
  ],
  ['INFO: rcu_sched self-detected stall on CPU', 'rcu-stall: INFO: rcu detected stall'],
  ['INFO: rcu_bh detected stalls on CPUs/tasks:', 'rcu-stall: INFO: rcu detected stall'],
  ['INFO: rcu_tasks detected stalls on tasks:', 'rcu-stall: INFO: rcu detected stall'],
  ['INFO: task prog:12 blocked for more than 120 seconds.', 'hung-task: INFO: task hung'],
  ['INFO: task prog:12 blocked in I/O wait for more than 122 seconds.', 'hung-task: INFO: task hung'],
  ["INFO: task syz-executor:12 can't die in more than 143 seconds.", "hung-task: INFO: task can't die"],
  ['irq 16: nobody cared (try booting with the "irqpoll" option)', 'interrupt: irq: nobody cared'],
  ['BUG: scheduling while atomic: prog/12/0x00000002', 'atomic-sleep: BUG: scheduling while atomic'],
  [
    'BUG: sleeping function called from invalid context at mm/slab.h:12',
    'atomic-sleep: BUG: sleeping function called from invalid context',
  ],
  [
    'BUG: using __this_cpu_add() in preemptible [00000000] code: prog/12',
    'atomic-sleep: BUG: using __this_cpu_add() in preemptible code',
  ],
  [
    'BUG: workqueue leaked lock or atomic: kworker/0:1/0x00000000/9',
    'atomic-sleep: BUG: workqueue leaked lock or atomic',
  ],
  ['BUG: Bad page state in process prog  pfn:12', 'bad-page: BUG: Bad page state'],
  ['BUG: Bad page map in process prog  pte:12 pmd:34', 'bad-page: BUG: Bad page map'],
  ['BUG: Bad page cache in process prog  pfn:12', 'bad-page: BUG: Bad page cache'],
  ['BUG: Bad rss-counter state mm:0000 idx:1 val:2', 'bad-rss-counter: BUG: Bad rss-counter state'],
  [
    'BUG: Bad rss-counter state mm:0000 type:MM_FILEPAGES val:2 Comm:x Pid:12',
    'bad-rss-counter: BUG: Bad rss-counter state MM_FILEPAGES',
  ],
  ['BUG: non-zero nr_ptes on freeing mm: 1', 'bad-rss-counter: BUG: non-zero nr_ptes on freeing mm'],
  [
    'BUG: Dentry 00000000{i=1,n=x}  still in use (1) [unmount of tmpfs tmpfs]',
    'bug: BUG: Dentry still in use in unmount',
  ],
  [
    'VFS: Busy inodes after unmount of sda1. Self-destruct in 5 seconds.  Have a nice day...',
    'bug: VFS: Busy inodes after unmount (use-after-free)',
  ],
  [
    'unregister_netdevice: waiting for lo to become free. Usage count = 2',
    'leak: unregister_netdevice: waiting for DEV to become free',
  ],
  ['BUG kmalloc-64 (Tainted: G    B  ): Poison overwritten', 'slab: BUG kmalloc-64: Poison overwritten'],
  ['BUG kmalloc-64 (Not tainted): Object already free', 'slab: BUG kmalloc-64: Object already free'],
  [
    'BUG kmalloc-64 (Not tainted): Invalid object pointer 0x00000000abc',
    'slab: BUG kmalloc-64: Invalid object pointer',
  ],
  [
    'BUG dentry(12:foo) (Not tainted): Objects remaining in dentry on __kmem_cache_shutdown()',
    'slab: BUG dentry: Objects remaining',
  ],
  [
    'BUG task_struct (Not tainted): Wrong object count. Counter is 1 but counted were 2',
    'slab: BUG task_struct: Wrong object count',
  ],
  [
    'Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)',
    'panic: kernel panic: VFS: Unable to mount root fs on unknown-block(0,0)',
  ],
  [
    'Kernel panic - not syncing: No working init found.  Try passing init= option to kernel. See Linux Documentation/admin-guide/init.rst for guidance.',
    'panic: kernel panic: No working init found.  Try passing init= option to kernel. See Linux Documentation/admin-guide/init.rst for guidance.',
  ],
  [
    'Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b',
    'panic: kernel panic: Attempted to kill init!',
  ],
  [
    'Kernel panic - not syncing: stack-protector: Kernel stack is corrupted in: foo+0x12/0x34',
    'panic: kernel panic: stack is corrupted in foo',
  ],
  [
    'Kernel panic - not syncing: System is deadlocked on memory',
    'panic: kernel panic: System is deadlocked on memory',
  ],
  [
    'Kernel panic - not syncing: Asynchronous SError Interrupt',
    'panic: kernel panic: Asynchronous SError Interrupt',
  ],
  ['Kernel panic - not syncing: softlockup: hung tasks', 'panic: kernel panic: softlockup: hung tasks'],
  ['UBSAN: Undefined behaviour in mm/x.c:1:2', 'ubsan: UBSAN: undefined-behaviour'],
  ['UBSAN: array-index-out-of-bounds in mm/x.c:1:2', 'ubsan: UBSAN: array-index-out-of-bounds'],
  ['Missing ENDBR: foo+0x0/0x10', 'oops: control flow violation in foo'],
  [
    'CFI failure at foo+0x1/0x2 (target: bar+0x0/0x1; expected type: 0x1234)',
    'oops: control flow violation in foo',
  ],
  [
    'kobject (00000000f): tried to init an initialized object, something is seriously wrong.',
    'kobject: kobject: tried to init an initialized object',
  ],
  [
    "kobject: 'x' (00000000f): tried to add an uninitialized object, something is seriously wrong.",
    'kobject: kobject: tried to add an uninitialized object',
  ],
  [
    "sysfs: cannot create duplicate filename '/devices/x'",
    'kobject: sysfs: cannot create duplicate filename',
  ],
  [
    'kmemleak: 1 new suspected memory leaks (see /sys/kernel/debug/kmemleak)',
    'leak: kmemleak: new suspected memory leaks',
  ],
  ['BUG: memory leak', 'leak: memory leak'],
  ["rust_kernel: panicked at 'x', foo.rs:1:2", 'bug: rust_kernel: panicked'],
  [
    'rcu: INFO: rcu_sched detected stall, but suppressed full report due to a stuck CSD-lock.',
    'rcu-stall: INFO: rcu detected stall',
  ],
];

for (const [line, finding] of WORDINGS) {
  test(`"${line}" is a finding`, (t) => {
    t.deepEqual(
      findSplats(`before\n${line}\nafter`).map(({ kind, title }) => `${kind}: ${title}`),
      [finding],
    );
  });
}

/** Lines with alarming words in them, and no trouble behind. */
const HARMLESS = [
  'refcount_t: underflow; use-after-free.',
  'list_add corruption. prev->next should be next (1), but was 2. (prev=3).',
  'ODEBUG: free active (active state 0) object type: timer_list hint: foo+0x0/0x1',
  'x86/fpu: x87 FPU will use FXSAVE',
  'prog[12]: segfault at 0 ip 0000 sp 0000 error 4 in prog[400000+1000]',
  'traps: prog[12] general protection fault ip:400 sp:7ff error:0 in prog',
  'prog: page allocation failure: order:4, mode:0x40cc0(GFP_KERNEL|__GFP_COMP), nodemask=(null)',
  'Out of memory: Killed process 12 (prog) total-vm:1kB',
  'foo: loading out-of-tree module taints kernel.',
  'Disabling lock debugging due to kernel taint',
  'WARNING: Support for the device is experimental',
  'WARNING! power/level is deprecated',
  'INFO: NMI handler (perf_event_nmi_handler) took too long to run: 1.1 msecs',
  'BUG: Bad page state: 12 messages suppressed',
  'Spectre V2 : WARNING: Unprivileged eBPF is enabled',
  'EXT4-fs (sda1): INFO: recovery required on readonly filesystem',
  'perf: interrupt took too long (2501 > 2500), lowering kernel.perf_event_max_sample_rate to 79000',
  'kernel: BUG: this is a journal line',
  '[drm] *ERROR* BUG in driver',
  'workqueue: foo hogged CPU for >10000us 4 times, consider switching to WQ_UNBOUND',
  "clocksource: timekeeping watchdog on CPU0: Marking clocksource 'tsc' as unstable",
  'watchdog: Delayed init of the lockup detector failed: -19',
  'NMI watchdog: Enabled. Permanently consumes one hw-PMU counter.',
];

for (const line of HARMLESS) {
  test(`"${line}" is no finding`, (t) => {
    t.deepEqual(findSplats(`before\n${line}\nafter`), []);
  });
}
