/** How to find the guilty function for a kind of report if the usual way would blame another. */
export interface BlameRule {
  /** Lines that name it, each searched for after the one before; the group `name` is the function. */
  readonly told?: readonly RegExp[];
  /** The trace to look at begins after this line, if there is one. */
  readonly traceAfter?: RegExp;
  /** Functions that count as helpers for this kind of trouble, as a list of names. */
  readonly skip?: string;
  /** Which function of the stack counts, if not the innermost. */
  readonly choose?: 'stalled' | 'dispatched' | 'hung' | 'nobody';
}

const NAME = String.raw`(?<name>[A-Za-z_][\w.$]*)`;
/** "#0: ffff… (lock){+.+.}-{3:3}, at: f+0x1/0x2", before 4.16 "at: [<ffff…>] f+0x1/0x2". */
const LOCK_AT = new RegExp(String.raw`\bat: (?:\[<[0-9a-f]+>\] *)?${NAME}(?:\+0x| \()`, 'u');
const HELD_AT = new RegExp(String.raw`^ #\d+: .*, at: (?:\[<[0-9a-f]+>\] *)?${NAME}`, 'u');
/** "[<ffff…>] f+0x1/0x2" on its own line. */
const ADDRESS_AND_NAME = new RegExp(String.raw`^\s*\[<[0-9a-f]+>\] +${NAME}(?:\+0x| \()`, 'u');

/** Rules by name, for patterns to refer to. */
export const BLAME_RULES = {
  circular: { told: [LOCK_AT, LOCK_AT], skip: 'process_one_work' },
  acquiring: { told: [LOCK_AT] },
  holding: { told: [HELD_AT] },
  releasing: { told: [ADDRESS_AND_NAME] },
  'freeing-lock': { told: [LOCK_AT] },
  key: { skip: 'stack* lock* IRQ*' },
  'rcu-usage': { skip: 'rcu_* *_rcu srcu_* lockdep_rcu_* kmem* slab*' },
  'wait-context': { skip: 'lock_sock* release_sock*' },
  preemptible: { skip: 'preempt* check_preemption* debug_* this_cpu*' },
  'scheduling-atomic': { skip: 'schedule*' },
  page: {
    traceAfter: /^page last allocated /u,
    skip: `
      free_page* put_page* get_page* update_page* release_page* free_unref* folio* truncate_inode_pages* page_frag_free*
      alloc* vmap* page_owner* set_page_owner* *_alloc *_alloc_* prep_new_page pte_alloc* pmd_alloc* vm_area_alloc_pages
    `,
  },
  leak: {
    skip: `
      kmemleak* mmap* kmem* slab* alloc* create_object* idr_get* list_lru_init* pcpu_create* pcpu_alloc* sk_alloc sk_prot_alloc sock_alloc*
      netdev_alloc* napi_alloc* mempool_alloc* bio_alloc* dst_alloc neigh_alloc* radix_tree_node_alloc* idr_alloc* ida_alloc*
      xas_alloc* nf_conntrack_alloc* bpf_map_area_alloc* bpf_prog_alloc* crypto_alloc* usb_alloc* input_allocate_device
      hid_allocate_device security_sk_alloc security_file_alloc security_inode_alloc blk_alloc* fib6_info_alloc fib_alloc* *_alloc_inode
    `,
  },
  freeing: { skip: 'slab_* kfree* vunmap* vfree*' },
  tag: { skip: 'do_kernel_fault* do_tag_check* do_mem_abort* el1_* el1h_*' },
  uninitialized: {
    skip: 'alloc_skb* netlink_ack netlink_rcv_skb *_encrypt crypto_* cipher_* drbg_* rng_* usb_start_wait_urb usb_bulk_msg usb_interrupt_msg usb_control_msg',
  },
  arithmetic: { skip: 'ubsan* handle_overflow* val_to_string' },
  usercopy: { skip: 'usercopy* __check*' },
  socket: { skip: 'skb_*' },
  'debug-object': {
    skip: 'debug_* rcu_* call_rcu* hrtimer_* timer_* work_* percpu_* vunmap* vfree* __free_* debug_check* kobject_*',
  },
  count: { skip: 'refcount* kobject_*' },
  proc: { skip: 'proc_*' },
  kmalloc: { skip: 'kmalloc* krealloc* slab* kmem*' },
  urb: { skip: 'usb_submit_urb* usb_start_wait_urb usb_bulk_msg usb_interrupt_msg usb_control_msg' },
  stalled: { choose: 'stalled', skip: 'rcu_*' },
  looping: { choose: 'dispatched' },
  overflow: { choose: 'dispatched', skip: 'schedule* retint_kernel* *bad_stack*' },
  hung: { choose: 'hung' },
  nobody: { choose: 'nobody' },
} as const satisfies Readonly<Record<string, BlameRule>>;

/** The name of a rule. */
export type BlameRuleName = keyof typeof BLAME_RULES;
