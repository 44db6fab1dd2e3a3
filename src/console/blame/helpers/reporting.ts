/** Reporting, checkers and sanitizers: they find trouble, they do not cause it. */
export const REPORTING = `
  dump_stack* dump_backtrace* dump_page* show_stack* show_regs* show_trace* show_free_areas walk_stack* print_address_description* print_report
  print_bad_pte print_bad_page_map vm_normal_page* vm_normal_folio* print_usage_bug* print_circular_bug* print_lock* print_deadlock_bug bad_page bad_page_cache
  __warn* warn_slowpath* warn_bogus* warn_alloc* report_bug* die __die* panic* reiserfs_panic* oops_* do_kernel_fault __fortify_report
  sched_show_task print_other_cpu_stall print_cpu_stall* rcu_pending rcu_stall_kick_kthreads
  get_taint print_tainted* *assertfail* arch_stack_walk stack_trace_consume_entry stack_trace_save* save_stack_trace* save_stack save_trace
  *_trap do_trap* __sanitizer_cov_* *sanitizer* *kcov* might_fault* might_sleep* __might_resched* assert_fail*
  spin_dump spin_bug rwlock_bug do_exit do_group_exit sys_exit sys_exit_group exit_group make_task_dead rewind_stack* __stack_chk_fail
  nmi_* arch_trigger_cpumask_backtrace* rcu_dump_cpu_stacks watchdog_* __schedule_bug
  check_panic_on_warn check_preemption_disabled debug_smp_processor_id __this_cpu_preempt_check debug_check_no_* __debug_check_no_* debug_object* debug_print_object
  __debug_object_init lookup_object_or_alloc timer_is_static_object work_is_static_object
  skb_over_panic skb_under_panic skb_panic vprintk* printk* va_format dev_info* dev_notice* dev_warn* dev_err* dev_alert* dev_crit* dev_emerg*
  netdev_info netdev_notice netdev_warn netdev_err netdev_printk _dev_info _dev_notice _dev_warn _dev_err perf_trace*
  kasan* hwasan* __asan* kmsan* __msan* kcsan_* __tsan_* kfence_* ubsan* check_memory_region* read_word_at_a_time
  read_once_*nocheck read_once_word_nocheck once_nocheck* instrument_*
  check_heap_object* check_object_size* check_object fortify_panic __fortify_* usercopy_abort usercopy_warn
  lockdep* lock_acquire* lock_release* lock_class* register_lock_class look_up_lock_class imbalance_bug* print_unlock* check_irq_usage print_irq_inversion_bug
  print_bad_* lock_is_held* __lock_acquire __lock_release check_prev_add check_prevs_add check_wait_context* check_noncircular
  check_deadlock* validate_chain mark_lock* mark_held_locks reacquire_held_locks valid_state trace_hardirqs* trace_softirqs* seqprop_assert
  bh_enable* bh_disable* local_bh_*
`;
