/** Copying bytes, and allocating and freeing memory. */
export const MEMORY_CODE = `
  memcpy* memset* memzero* memmove* memcmp* memchr* memdup* __pi_* strlen* strnlen* strcpy* strncpy* strlcpy* strscpy* strcmp*
  strncmp* strstr* strnstr* strchr* strdup* strndup* kmemdup* kvmemdup* nla_memdup* kstrdup* kstrndup* vsnprintf* vscnprintf* strcat string* pointer* snprintf* scnprintf* kasprintf* kvasprintf* sprintf vsprintf format_decode number
  hex_dump_to_buffer* print_hex_dump*
  copyin copyout raw_copy_* strncpy_from_user* strnlen_user copy_to_user* copy_from_user* copy_to_iter* copy_from_iter* simple_copy_to_iter csum_and_copy_* copy_page_to_iter* copy_page_from_iter* copy_folio_to_iter*
  __copy_user* __arch_copy_* copy_user_generic* rep_movs* rep_stos* get_user* put_user* clear_page* copy_page extract_user_to_sg extract_iter_to_sg
  kmalloc* kzalloc* kcalloc* vmalloc* vzalloc* vcalloc* krealloc* kfree* __kfree* kvfree* kvmalloc* kvzalloc* kvcalloc* devm_kmalloc* sock_kmalloc kmem_cache* slab_*
  __slab_err list_slab_objects check_bytes_and_report check_pad_bytes print_trailer
  free_consistency_checks alloc_consistency_checks on_freelist ___cache_free qlist_* free_the_page __vunmap __vfree
  object_err check_slab alloc_debug_processing free_debug_processing free_to_partial_list
  new_slab allocate_slab free_unref_* free_frozen_* free_page_is_bad* free_tail_page_prepare free_pages* __free_pages*
  get_page_from_freelist post_alloc_hook alloc_page* alloc_frozen_pages* vfree*
  folio_alloc* folio_unlock* filemap_alloc_folio* __filemap_get_folio* find_or_create_page* do_read_cache_folio* read_cache_page*
  pagecache_get_page* grab_cache_page_write_begin* find_lock_entries truncate_inode_pages_range __phys_addr
  page_ref_* put_page_testzero folio_put* folio_get* put_page get_page vm_bug*
`;
