// Of these functions the caller is to blame: they report trouble, or are merely its scene. A star stands for any rest of
// a name.

/** Reporting, and the way from an exception to it. */
const REPORTING = `
  dump_stack* dump_backtrace* dump_page* show_stack* show_regs* show_trace* print_address_description print_report
  print_bad_pte vm_normal_page* vm_normal_folio* print_usage_bug* print_circular_bug* print_lock* print_deadlock_bug bad_page bad_page_cache
  __warn* warn_slowpath* warn_bogus_irq_restore report_bug handle_bug __report_bug die die_addr die_kernel_fault __die*
  sched_show_task panic vpanic nmi_panic panic_bad_stack handle_bad_stack __bad_stack oops_* bug_handler ubsan_handler brk_handler call_break_hook call_el1_break_hook do_el1_brk64
  exc_* asm_exc_* asm_sysvec_* asm_common_interrupt common_interrupt sysvec_* __sysvec_* page_fault_oops no_context
  kernelmode_fixup_or_oops* bad_area_nosemaphore __bad_area_nosemaphore do_user_addr_fault do_kern_addr_fault
  do_trap* do_error_trap* do_debug_exception do_mem_abort do_translation_fault do_page_fault __do_kernel_fault
  do_bad_area do_tag_check_fault do_alignment_fault do_sea do_sp_pc_abort do_undefinstr do_el1_* el1_* el1h_* el0_* el0t_*
  spin_dump spin_bug rwlock_bug do_exit do_group_exit sys_exit sys_exit_group make_task_dead rewind_stack_and_make_dead __stack_chk_fail
  nmi_* arch_trigger_cpumask_backtrace rcu_dump_cpu_stacks watchdog_* __might_sleep __might_resched __might_fault __schedule_bug
  check_panic_on_warn check_preemption_disabled debug_smp_processor_id debug_check_no_* __debug_check_no_* debug_object_*
  debug_print_object __debug_object_init lookup_object_or_alloc skb_over_panic skb_under_panic skb_panic
  entry_SYSCALL_64* do_syscall_64 x64_sys_call invoke_syscall do_el0_svc vprintk* _printk printk
`;

/** Sanitizers and checkers. */
const CHECKERS = `
  kasan_* __kasan_* ____kasan_* __asan_* __hwasan_* kmsan_* __msan_* kcsan_* __tsan_* kfence_* __ubsan_* ubsan_*
  check_memory_region* fortify_panic __fortify_* __list_add_valid* __list_del_entry_valid* refcount_* __refcount_*
  instrument_* atomic_* atomic64_* arch_atomic* raw_atomic* __list_add* __list_del* list_add* list_del* list_move* hlist_*
  kobject_* kset_* sysfs_warn_dup sysfs_create_* sysfs_do_create_* internal_create_* proc_register _proc_mkdir proc_mkdir* proc_create*
  init_timer_key __init_work hrtimer_init hrtimer_setup __rcu_read_* rcu_read_* rcu_lock_release kthread_exit kthread_complete_and_exit
  kref_* test_bit _test_bit set_bit clear_bit test_and_set_bit __warn_printk page_ref_* put_page_testzero folio_put* folio_get*
  put_page get_page vm_bug* rb_erase rb_insert_color rb_next skb_put skb_push skb_pull __skb_pull
  usercopy_abort __check_object_size __check_heap_object check_heap_object lockdep_* lock_acquire* lock_release*
  print_unlock_imbalance_bug check_irq_usage register_lock_class print_irq_inversion_bug print_bad_* lock_is_held* __lock_acquire __lock_release check_prev_add check_prevs_add check_wait_context* check_noncircular check_deadlock*
  validate_chain mark_lock* mark_held_locks valid_state
`;

/** Moving bytes. */
const BYTE_MOVERS = `
  memcpy* __memcpy* memset* __memset* memmove* __memmove* memcmp memchr memchr_inv __pi_* strlen strnlen strcpy strncpy strscpy
  strcmp strncmp strcat sized_strscpy string vsnprintf snprintf vscnprintf scnprintf sprintf vsprintf format_decode number
  copyin copyout copy_to_user* copy_from_user* _copy_to_user* _copy_from_user* _copy_to_iter
  _copy_from_iter __copy_user* __copy_to_user* __copy_from_user* __arch_copy_* copy_user_generic* rep_movs* rep_stos*
  __get_user* __put_user* clear_page* copy_page
`;

/** Allocators. */
const ALLOCATORS = `
  kmalloc* __kmalloc* kzalloc* kfree* __kfree* kvmalloc* kvfree* krealloc* kmem_cache_* __kmem_cache_* slab_* __slab_err list_slab_objects check_bytes_and_report check_pad_bytes print_trailer
  free_consistency_checks alloc_consistency_checks on_freelist ___slab_alloc ___cache_free qlist_* free_the_page __vunmap __vfree
  __slab_alloc* __slab_free object_err check_object check_slab alloc_debug_processing free_debug_processing free_to_partial_list
  new_slab allocate_slab free_unref_* free_frozen_* free_page_is_bad* free_tail_page_prepare free_pages* __free_pages*
  get_page_from_freelist post_alloc_hook __alloc_pages* __alloc_frozen_pages* alloc_pages* alloc_frozen_pages* vfree* vmalloc
  vmalloc_* __vmalloc*
`;

/** Locks, waiting, and time. */
const LOCKS_AND_WAITING = `
  _raw_spin_* _raw_read_* _raw_write_* __raw_* do_raw_* queued_* native_queued_* mutex_lock* mutex_unlock* __mutex_* ww_mutex_*
  down_read* down_write* down down_interruptible down_killable __down* up_read up_write rwsem_* rt_mutex* percpu_down_*
  schedule schedule_* __schedule preempt_schedule* preempt_count_* io_schedule* wait_for_completion* __wait_for_common
  do_wait_for_common msleep* usleep_range* cpu_relax __delay delay_* __const_udelay __udelay smp_call_function*
  rtnl_lock* lock_sock* mmap_read_lock* mmap_write_lock* inode_lock* folio_wait_bit* folio_lock* __folio_lock* wait_on_page_bit*
  __wait_on_bit* out_of_line_wait_on_bit* bit_wait* wait_on_bit* flush_work __flush_work flush_workqueue __flush_workqueue
  synchronize_rcu* __synchronize_* __wait_rcu_gp context_switch __switch_to*
`;

/** Interrupts that only noticed. */
const INTERRUPTS = `
  irq_exit* __irq_exit* irq_enter* handle_softirqs __do_softirq do_softirq* hrtimer_* __hrtimer_* tick_* update_process_times
  rcu_sched_clock_irq rcu_check_gp_kthread_starvation run_timer_softirq __sysvec_apic_timer_interrupt apic_timer_interrupt
  gic_* generic_handle_* handle_percpu_* handle_irq* do_interrupt_handler call_on_irq_stack arch_timer_handler_*
`;

const isHelper = createMatcher(REPORTING + CHECKERS + BYTE_MOVERS + ALLOCATORS + LOCKS_AND_WAITING);
const isInterrupt = createMatcher(INTERRUPTS);

/** Whether a function is a helper such as an allocator, a lock, or part of the reporting itself. */
export function isHelperFunction(name: string): boolean {
  return isHelper(name);
}

/** Whether a function brings an interrupt to its handler: innocent in a call trace, though not where trouble struck. */
export function isInterruptEntry(name: string): boolean {
  return isInterrupt(name);
}

function createMatcher(list: string): (name: string) => boolean {
  const names = list.trim().split(/\s+/u);
  const whole = new Set(names.filter((name) => !name.endsWith('*')));
  const beginnings = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  return (name) => whole.has(name) || beginnings.some((beginning) => name.startsWith(beginning));
}
