/** The building blocks of everything else: counts, bits, lists, trees, objects of the device core. */
export const GENERIC_CODE = `
  atomic_* atomic64_* arch_atomic* raw_atomic* refcount_* __refcount_* kref_* ref_tracker*
  test_bit* set_bit* clear_bit* change_bit* test_and_* arch_test_* variable_test_bit constant_test_bit
  list_add* list_del* list_replace* list_move* list_splice* __list_add_valid* __list_del_entry_valid* hlist_* klist_*
  rb_* __rb_* xas_start xas_load xas_find* rhashtable_lookup* ida_free crc16* crc32* crc64* crc_itu_t
  kobject_* kset_* sysfs_warn_dup sysfs_create_* sysfs_do_create_* sysfs_remove* internal_create_* add_uevent_var
  proc_register _proc_mkdir proc_mkdir* proc_create*
  get_device_parent device_add* device_del* device_unregister* device_destroy* device_release* devres_release_all device_for_each_child*
  device_remove_file* put_device hwrng_unregister i2c_del_adapter __unregister_client rollback_registered* unregister_netdev* tty_unregister_device*
  dummy_urb_enqueue usb_kill_urb usb_kill_anchored_urbs usb_control_msg* usb_hcd_submit_urb usb_submit_urb*
  readb readw readl readq writeb writew writel writeq logic_in* logic_out* iput iput_final ihold drop_nlink dput fast_dput
  init_timer_key __init_work hrtimer_init hrtimer_setup __rcu_read_* rcu_read_* rcu_lock_release kthread_exit kthread_complete_and_exit
  kfree_skb* skb_put skb_push skb_pull __skb_pull
`;
