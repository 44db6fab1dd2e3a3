/** Locks, timers, work queues and wait queues. */
export const WAITING = `
  spin_lock* spin_trylock* spin_unlock* read_lock* read_trylock* write_lock* write_trylock* read_unlock* write_unlock* raw_spin_rq* _raw_* __raw_*
  do_raw_* queued_* native_queued_* mutex_* __mutex_* ww_mutex_* rt_mutex_* rtlock_* owner_on_cpu osq_lock osq_unlock
  down_read* down_write* down down_interruptible down_killable __down* up_read* up_write* rwsem_* srcu_read_* percpu_down_* down_trylock*
  lock_page* unlock_page* __lock_page* lock_sock* mmap_read_lock* mmap_write_lock* inode_lock* rtnl_lock*
  schedule schedule_* __schedule preempt_schedule* preempt_count_* io_schedule* context_switch __switch_to*
  wait_for_completion* __wait_for_common do_wait_for_common complete __wake_up* finish_wait prepare_to_wait* autoremove_wake_function
  add_wait_queue* remove_wait_queue*
  folio_wait_bit* folio_lock* __folio_lock* wait_on_page_bit* __wait_on_bit* out_of_line_wait_on_bit* bit_wait* wait_on_bit*
  msleep* usleep_range* cpu_relax __delay delay_* __const_udelay __udelay smp_call_function*
  flush_work* start_flush_work flush_workqueue* drain_workqueue* destroy_workqueue* queue_work* insert_work cancel_work_sync* __cancel_work*
  try_to_grab_pending* queue_delayed_work* kthread_stop* del_timer* try_to_del_timer* __timer_delete* timer_delete* __mod_timer* mod_timer* lock_timer_base sk_stop_timer_sync
  synchronize_rcu* __synchronize_* __wait_rcu_gp cleanup_srcu_struct*
`;
