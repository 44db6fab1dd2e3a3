import { createNameMatcher } from '../kernel-text/name-matcher.ts';
import { plainName } from './plain-name.ts';

/** Code that hands work on: system calls, work queues, timers, files, sockets, faults. */
const isDispatcher = createNameMatcher(`
  *process_one_work* *do_syscall_* *do_fast_syscall_* *sysenter_dispatch* *tracesys_phase2* *el0_svc_handler* *invoke_syscall*
  *ret_fast_syscall* *netif_receive_skb* *do_softirq* *handle_softirqs* *call_timer_fn* *_run_timers* *run_timer_softirq* *hrtimer_run*
  *run_ksoftirqd* *smpboot_thread_fn* kthread *start_secondary* *cpu_startup_entry* *ret_from_fork*
  *vfs_write* *vfs_read* *vfs_iter_read* *vfs_iter_write* *do_iter_read* *do_iter_write* *call_read_iter* *call_write_iter*
  *new_sync_read* *new_sync_write* *vfs_ioctl* *ksys_ioctl* *compat_ioctl* *compat_sys_ioctl* *blkdev_driver_ioctl* *blkdev_ioctl*
  call_mmap* *mmap_region* *do_mmap* *do_dentry_open* *vfs_open*
  sock_sendmsg* sock_recvmsg* sock_release* __sock_release* setsockopt *kernel_setsockopt* *sock_common_setsockopt* listen
  *kernel_listen* *sk_common_release* sock_mmap* accept *kernel_accept* sock_do_ioctl* sock_ioctl* compat_sock_ioctl*
  nfnetlink_rcv_msg* rtnetlink_rcv_msg* netlink_dump* socketpair* connect* ioctl* sys_socketpair* sys_connect* sys_ioctl*
  *__do_fault* *do_page_fault* page_fault *__fput* *task_work_run* *exit_to_usermode* *smp_call_function* *tasklet_action*
  *tasklet_hi_action*
`);

/**
 * The function that a dispatcher called, from the symbols of a stack without helpers; the dispatcher itself, if that is
 * where it begins. A dispatcher counts even where it is a helper, as the entry of system calls is.
 */
export function findDispatched(
  symbols: readonly string[],
  isHelper: (symbol: string) => boolean,
): string | undefined {
  const stack = symbols.filter((symbol) => isDispatcher(plainName(symbol)) || !isHelper(symbol));
  const at = stack.findIndex((symbol) => isDispatcher(plainName(symbol)));
  if (at === -1) return undefined;
  // Work that other processors are made to do has several names.
  if (plainName(stack[at] ?? '').includes('smp_call_function')) return 'smp_call_function';
  return stack[Math.max(at - 1, 0)];
}
