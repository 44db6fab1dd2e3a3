import test from 'ava';
import * as fc from 'fast-check';
import { hasBootBanner } from '../kernel-text/boot-banner.ts';
import { findSplats } from './find-splats.ts';

const found = (text: string) => findSplats(text).map(({ kind, title }) => `${kind} | ${title}`);

/** Which wording becomes which finding; reports that guests really made are in fixtures/console. */
const wording = test.macro((t, line: string, expected: string) => {
  t.deepEqual(found(`before\n${line}\nafter`), [expected]);
});

test('panic', wording, 'Kernel panic - not syncing: VFS: no root', 'panic | kernel panic: VFS: no root');
test(
  'x86 paging request',
  wording,
  'BUG: unable to handle page fault for address: ffff888000000000',
  'oops | BUG: unable to handle kernel paging request',
);
test(
  'x86 null pointer',
  wording,
  'BUG: kernel NULL pointer dereference, address: 0000000000000010',
  'oops | BUG: unable to handle kernel NULL pointer dereference',
);
test(
  'x86 general protection',
  wording,
  'Oops: general protection fault, probably for non-canonical address 0xdead000000000100: 0000 [#1] SMP',
  'oops | general protection fault',
);
test(
  'x86 before 6.10',
  wording,
  'general protection fault, probably for non-canonical address 0xdead000000000100: 0000 [#1] SMP',
  'oops | general protection fault',
);
test(
  'x86 double fault',
  wording,
  'traps: PANIC: double fault, error_code: 0x0',
  'oops | PANIC: double fault',
);
test(
  'arm64 null pointer',
  wording,
  'Unable to handle kernel NULL pointer dereference at virtual address 0000000000000000',
  'oops | BUG: unable to handle kernel NULL pointer dereference',
);
test(
  'arm64 oops',
  wording,
  'Internal error: Oops - BUG: 00000000f2000800 [#1] PREEMPT SMP',
  'oops | Internal error',
);
test('bug', wording, 'kernel BUG at mm/mmap.c:1234!', 'bug | kernel BUG at mm/mmap.c');
test(
  'warning',
  wording,
  'WARNING: CPU: 1 PID: 77 at mm/mmap.c:9 vma_merge+0x10/0x20',
  'warning | WARNING in vma_merge',
);
test(
  'warning without file',
  wording,
  'WARNING: CPU: 1 PID: 77 at vma_merge+0x10/0x20',
  'warning | WARNING in vma_merge',
);
test(
  'warning since 6.19',
  wording,
  'WARNING: mm/mmap.c:9 at vma_merge+0x10/0x20, CPU#1: init/1',
  'warning | WARNING in vma_merge',
);
test(
  'kasan',
  wording,
  'BUG: KASAN: slab-use-after-free in zap_pte_range+0x10/0x20',
  'kasan | KASAN: slab-use-after-free in zap_pte_range',
);
test(
  'kfence',
  wording,
  'BUG: KFENCE: use-after-free read in zap_pte_range+0x10/0x20',
  'kfence | KFENCE: use-after-free read in zap_pte_range',
);
test('ubsan', wording, 'UBSAN: shift-out-of-bounds in mm/mmap.c:17:3', 'ubsan | UBSAN: shift-out-of-bounds');
test(
  'circular locks',
  wording,
  'WARNING: possible circular locking dependency detected',
  'lockdep | possible deadlock',
);
test(
  'lock kept on exit',
  wording,
  'WARNING: program/123 still has locks held!',
  'lockdep | WARNING: still has locks held',
);
test('wait context', wording, '[ BUG: Invalid wait context ]', 'lockdep | WARNING: locking bug');
test(
  'rcu stall on this cpu',
  wording,
  'rcu: INFO: rcu_preempt self-detected stall on CPU',
  'rcu-stall | INFO: rcu detected stall',
);
test(
  'rcu stall elsewhere',
  wording,
  'rcu: INFO: rcu_sched detected stalls on CPUs/tasks:',
  'rcu-stall | INFO: rcu detected stall',
);
test(
  'hung task',
  wording,
  'INFO: task program:99 blocked for more than 122 seconds.',
  'hung-task | INFO: task hung',
);
test(
  'soft lockup',
  wording,
  'watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [program:99]',
  'lockup | BUG: soft lockup',
);
test(
  'hard lockup',
  wording,
  'watchdog: Watchdog detected hard LOCKUP on cpu 1',
  'lockup | Watchdog detected hard LOCKUP',
);
test(
  'page state',
  wording,
  'BUG: Bad page state in process program  pfn:01234',
  'bad-page | BUG: Bad page state',
);
test(
  'page map',
  wording,
  'BUG: Bad page map in process program  pte:0123 pmd:0456',
  'bad-page | BUG: Bad page map',
);
test(
  'rss counter',
  wording,
  'BUG: Bad rss-counter state mm:00000000abcdef01 type:MM_ANONPAGES val:-2',
  'bad-rss-counter | BUG: Bad rss-counter state MM_ANONPAGES',
);
test(
  'page table bytes',
  wording,
  'BUG: non-zero pgtables_bytes on freeing mm: 4096',
  'bad-rss-counter | BUG: non-zero pgtables_bytes on freeing mm',
);
test(
  'atomic sleep',
  wording,
  'BUG: sleeping function called from invalid context at mm/mmap.c:17',
  'atomic-sleep | BUG: sleeping function called from invalid context',
);
test(
  'slab',
  wording,
  'BUG kmalloc-64 (Not tainted): Left Redzone overwritten',
  'slab | BUG kmalloc-64: Left Redzone overwritten',
);
test(
  'any other bug',
  wording,
  'BUG: using smp_processor_id() in preemptible [00000000] code: program/99',
  'atomic-sleep | BUG: using smp_processor_id() in preemptible code',
);

/** Lines that look alarming and are not. */
const harmless = test.macro((t, line: string) => t.deepEqual(found(line), []));

test('a watchdog that is off', harmless, 'NMI watchdog: Perf NMI watchdog permanently disabled');
test(
  'advice about mitigations',
  harmless,
  'Spectre V2 : WARNING: Unprivileged eBPF is enabled with eIBRS on',
);
test(
  'more advice',
  harmless,
  'WARNING: See https://kernel.org/doc/html/latest/admin-guide/hw-vuln/srso.html for mitigation options.',
);
test('object debugging', harmless, 'ODEBUG: selftest passed');
test('debug output', harmless, 'DEBUG: all is well');
test('lockdep that is off', harmless, 'INFO: lockdep is turned off.');
test('a stall that ended', harmless, 'rcu: INFO: Stall ended before state dump start');
test('a slow NMI', harmless, 'INFO: NMI handler (perf) took too long to run: 1.234 msecs');
test('suppressed messages', harmless, 'BUG: Bad page state: 12 messages suppressed');
test(
  'a crash in user space',
  harmless,
  'traps: program[99] general protection fault ip:401000 sp:7ffc error:0 in program[401000+1000]',
);
test('a parameter', harmless, 'Kernel command line: console=ttyS0 panic=-1 oops=panic hung_task_panic=1');
test(
  'words in the middle of a line',
  harmless,
  'systemd: the last boot ended in Kernel panic - not syncing: or WARNING: CPU: 1 PID: 1 at x',
);
test(
  'what a program wrote into the kernel log',
  harmless,
  '12,345,6789,-;BUG: unable to handle page fault for address: 0',
);

const prefixed = test.macro((t, prefix: string) => {
  const [splat] = findSplats(`nothing\n${prefix}kernel BUG at mm/mmap.c:1234!\r\n`);
  t.is(splat?.title, 'kernel BUG at mm/mmap.c');
  t.is(splat?.line, 1);
  t.is(splat?.lines[0], 'kernel BUG at mm/mmap.c:1234!');
});

test('prefix: a level', prefixed, '<2>');
test('prefix: a time', prefixed, '[    1.234567] ');
test('prefix: a time of long ago', prefixed, '[123456.234567] ');
test('prefix: time and task', prefixed, '[    1.234567][  T123] ');
test('prefix: time and processor', prefixed, '[    1.234567][    C0] ');
test('prefix: level and time', prefixed, '<2>[    1.234567] ');
test('prefix: the rest of a damaged record', prefixed, '0f00ba {"n":3,"t":"o[    1.234567][   T12] ');
test('prefix: a record of /dev/kmsg', prefixed, '2,345,6789,-;');
test('prefix: a record of /dev/kmsg with its caller', prefixed, '2,345,6789,-,caller=T12;');

test('lines of other callers do not get into a report', (t) => {
  const text = [
    '[    1.000000][   T12] WARNING: CPU: 0 PID: 12 at mm/mmap.c:9 outer+0x1/0x2',
    '[    1.000000][   T13] something else',
    '[    1.000000][   T12] Modules linked in:',
    '[    1.000000][   T13] kernel BUG at mm/rmap.c:7!',
    '[    1.000000][   T12] ---[ end trace 0000000000000000 ]---',
    '[    1.000000][   T12] after',
  ].join('\n');
  const [first, second] = findSplats(text);
  t.deepEqual(first?.lines.slice(1), ['Modules linked in:', '---[ end trace 0000000000000000 ]---']);
  t.is(second?.title, 'kernel BUG at mm/rmap.c');
});

test('what follows from an oops is left out', (t) => {
  const text = [
    'BUG: kernel NULL pointer dereference, address: 0000000000000000',
    'Oops: Oops: 0000 [#1] SMP',
    'RIP: 0010:guilty+0x1/0x2',
    '---[ end trace 0000000000000000 ]---',
    'BUG: sleeping function called from invalid context at kernel/locking/rwsem.c:1',
    'rcu: INFO: rcu_sched detected stalls on CPUs/tasks:',
    'Kernel panic - not syncing: Fatal exception',
  ].join('\n');
  t.deepEqual(found(text), ['oops | BUG: unable to handle kernel NULL pointer dereference in guilty']);
});

test('a panic whose cause was lost stands for itself', (t) => {
  t.deepEqual(found('Kernel panic - not syncing: Fatal exception'), [
    'panic | kernel panic: Fatal exception',
  ]);
});

test('an unrelated panic after a warning is a finding of its own', (t) => {
  const text =
    'WARNING: CPU: 0 PID: 1 at f+0x1/0x2\n---[ end trace 0 ]---\nKernel panic - not syncing: Out of memory';
  t.is(findSplats(text).length, 2);
});

test('the same report is counted once, and again after a boot', (t) => {
  const warning = 'WARNING: CPU: 0 PID: 1 at f+0x1/0x2\n---[ end trace 0 ]---\n';
  t.is(findSplats(warning + warning).length, 1);
  t.is(findSplats(`${warning}Linux version 6.12.1\n${warning}`).length, 2);
});

test('a report without an end does not swallow the rest', (t) => {
  const rest = Array.from({ length: 1000 }, (_, index) => `line ${index}`).join('\n');
  const [splat] = findSplats(`kernel BUG at mm/mmap.c:1234!\n${rest}`);
  t.true((splat?.lines.length ?? 0) < 300);
});

test('a boot banner is recognised with and without a prefix', (t) => {
  t.true(hasBootBanner('x\n[    0.000000][    T0] Linux version 6.12.38 (gcc)\n'));
  t.true(hasBootBanner('[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x000f0510]'));
  t.false(hasBootBanner('program: this is Linux version 6.12'));
});

test('text of any kind is read without an error, and each line found is in the text', (t) => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'BUG: ',
      'WARNING: CPU: 1 PID: 2 at ',
      'Call Trace:',
      '\n',
      '[    1.000000] ',
      '---[ end ',
      ' f+0x1/0x2',
      '\r',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join('');
      const count = text.split('\n').length;
      for (const splat of findSplats(text)) t.true(splat.line < count && splat.lines.length <= count);
    }),
  );
  t.pass();
});
