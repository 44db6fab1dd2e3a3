// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mapping zoo: one mapping of each kind that drivers make, see
 * uapi/mapping_zoo.h for what it looks like from outside.
 *
 * Lifetime: the memory belongs to the open file. A mapping holds the file, so
 * the memory outlives every mapping that came about in a regular way. Memory
 * is poisoned when it is freed, so one that did not reads wrong.
 *
 * Locking: mmap_lock, then zoo_file::lock or zoo_lock. Neither of the two is
 * held while user memory is touched, and zoo_lock is held for nothing else.
 */

#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/ptrace.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "compat.h"
#include "uapi/mapping_zoo.h"

#define ZOO_SIZE	(MAPPING_ZOO_PAGES * PAGE_SIZE)

/*
 * An open file. Its memory is set once, so code that got here through a mapping
 * need not take the lock: the memory was there before the mapping was made.
 */
struct zoo_file {
	/* Held while the fields below are set, and while a mapping is made. */
	struct mutex lock;

	/* enum mapping_zoo_kind, or 0 as long as none was selected. */
	u32 kind;

	/* ZOO_SIZE bytes, and their device address for MAPPING_ZOO_DMA. */
	void *data;
	dma_addr_t dma;
};

/* A mapping that the driver was told of. */
struct zoo_record {
	struct list_head list;

	/* The address space it is in; held, so that it stays the only one. */
	struct mm_struct *mm;
	u32 kind;
};

enum zoo_event {
	ZOO_MAPPED,
	ZOO_OPENED,
	ZOO_CLOSED,
	ZOO_FAULTED,
	ZOO_MOVED,
	ZOO_SPLIT,
	ZOO_ACCESSED,
	ZOO_STRAY,
	ZOO_EVENTS
};

/* Protects zoo_events and zoo_records. */
static DEFINE_SPINLOCK(zoo_lock);
static u64 zoo_events[MAPPING_ZOO_KINDS][ZOO_EVENTS];
static LIST_HEAD(zoo_records);

/* The device that the DMA memory is for. */
static struct platform_device *zoo_device;

/* The pages of every special mapping, never freed. */
static void *zoo_special_data;

static const struct file_operations zoo_fops;

static void zoo_count(u32 kind, enum zoo_event event)
{
	spin_lock(&zoo_lock);
	zoo_events[kind][event]++;
	spin_unlock(&zoo_lock);
}

static void zoo_record_add(struct zoo_record *record, struct mm_struct *mm,
			   u32 kind, enum zoo_event event)
{
	mmgrab(mm);
	record->mm = mm;
	record->kind = kind;

	spin_lock(&zoo_lock);
	zoo_events[kind][event]++;
	list_add(&record->list, &zoo_records);
	spin_unlock(&zoo_lock);
}

static void zoo_record_del(struct mm_struct *mm, u32 kind)
{
	struct zoo_record *record, *found = NULL;

	spin_lock(&zoo_lock);
	zoo_events[kind][ZOO_CLOSED]++;
	list_for_each_entry(record, &zoo_records, list) {
		if (record->mm == mm && record->kind == kind) {
			found = record;
			list_del(&found->list);
			break;
		}
	}
	if (!found)
		zoo_events[kind][ZOO_STRAY]++;
	spin_unlock(&zoo_lock);

	if (found) {
		mmdrop(found->mm);
		kfree(found);
	}
}

/*
 * Memory
 */

static void zoo_data_fill(void *data, u32 kind)
{
	unsigned int page, word;

	for (page = 0; page < MAPPING_ZOO_PAGES; page++) {
		u64 *words = data + page * PAGE_SIZE;

		for (word = 0; word < PAGE_SIZE / sizeof(u64); word++)
			words[word] = MAPPING_ZOO_WORD(kind, page, word);
	}
}

static int zoo_data_alloc(struct zoo_file *zf, u32 kind)
{
	switch (kind) {
	case MAPPING_ZOO_VMALLOC:
		zf->data = vmalloc_user(ZOO_SIZE);
		break;
	case MAPPING_ZOO_DMA:
		zf->data = dma_alloc_coherent(&zoo_device->dev, ZOO_SIZE,
					      &zf->dma, GFP_KERNEL);
		break;
	default:
		/* Pages of their own, which happen to be adjacent. */
		zf->data = alloc_pages_exact(ZOO_SIZE, GFP_KERNEL);
		break;
	}
	if (!zf->data)
		return -ENOMEM;

	zoo_data_fill(zf->data, kind);
	return 0;
}

static void zoo_data_free(struct zoo_file *zf)
{
	if (!zf->data)
		return;

	memset(zf->data, MAPPING_ZOO_POISON, ZOO_SIZE);
	switch (zf->kind) {
	case MAPPING_ZOO_VMALLOC:
		vfree(zf->data);
		break;
	case MAPPING_ZOO_DMA:
		dma_free_coherent(&zoo_device->dev, ZOO_SIZE, zf->data,
				  zf->dma);
		break;
	default:
		free_pages_exact(zf->data, ZOO_SIZE);
		break;
	}
}

static struct page *zoo_page(void *data, pgoff_t index)
{
	return virt_to_page(data + index * PAGE_SIZE);
}

/*
 * Mappings
 */

static struct zoo_file *zoo_vma_file(struct vm_area_struct *vma)
{
	return vma->vm_file->private_data;
}

/* Copying a mapping cannot fail because of its driver, so this must not. */
static void zoo_vma_open(struct vm_area_struct *vma)
{
	struct zoo_record *record;

	record = kmalloc(sizeof(*record), GFP_KERNEL | __GFP_NOFAIL);
	zoo_record_add(record, vma->vm_mm, zoo_vma_file(vma)->kind, ZOO_OPENED);
}

static void zoo_vma_close(struct vm_area_struct *vma)
{
	zoo_record_del(vma->vm_mm, zoo_vma_file(vma)->kind);
}

static int zoo_vma_may_split(struct vm_area_struct *vma, unsigned long addr)
{
	zoo_count(zoo_vma_file(vma)->kind, ZOO_SPLIT);
	return 0;
}

static int zoo_vma_mremap(struct vm_area_struct *vma)
{
	zoo_count(zoo_vma_file(vma)->kind, ZOO_MOVED);
	return 0;
}

static vm_fault_t zoo_vma_fault(struct vm_fault *vmf)
{
	struct zoo_file *zf = zoo_vma_file(vmf->vma);

	zoo_count(zf->kind, ZOO_FAULTED);
	if (vmf->pgoff >= MAPPING_ZOO_PAGES)
		return VM_FAULT_SIGBUS;

	vmf->page = zoo_page(zf->data, vmf->pgoff);
	get_page(vmf->page);
	return 0;
}

static vm_fault_t zoo_vma_pfn_fault(struct vm_fault *vmf)
{
	struct zoo_file *zf = zoo_vma_file(vmf->vma);

	zoo_count(zf->kind, ZOO_FAULTED);
	if (vmf->pgoff >= MAPPING_ZOO_PAGES)
		return VM_FAULT_SIGBUS;

	return vmf_insert_pfn(vmf->vma, vmf->address,
			      page_to_pfn(zoo_page(zf->data, vmf->pgoff)));
}

static int zoo_vma_access(struct vm_area_struct *vma, unsigned long addr,
			  void *buf, int len, int write)
{
	struct zoo_file *zf = zoo_vma_file(vma);
	unsigned long offset;

	zoo_count(zf->kind, ZOO_ACCESSED);

	/*
	 * A private mapping may have pages that are not the driver's, and
	 * remap_pfn_range() replaced its offset.
	 */
	if (zoo_is_cow(vma))
		return -EACCES;
	if (write && !(vma->vm_flags & VM_MAYWRITE))
		return -EACCES;

	offset = addr - vma->vm_start + (vma->vm_pgoff << PAGE_SHIFT);
	if (offset >= ZOO_SIZE)
		return -EINVAL;
	len = min_t(unsigned long, len, ZOO_SIZE - offset);

	if (write)
		memcpy(zf->data + offset, buf, len);
	else
		memcpy(buf, zf->data + offset, len);
	return len;
}

/* Everything is mapped from the start, and has pages to reach it by. */
static const struct vm_operations_struct zoo_vm_ops = {
	.open = zoo_vma_open,
	.close = zoo_vma_close,
	ZOO_MAY_SPLIT(zoo_vma_may_split),
	.mremap = zoo_vma_mremap,
};

static const struct vm_operations_struct zoo_fault_vm_ops = {
	.open = zoo_vma_open,
	.close = zoo_vma_close,
	ZOO_MAY_SPLIT(zoo_vma_may_split),
	.mremap = zoo_vma_mremap,
	.fault = zoo_vma_fault,
};

/* Nothing but page frame numbers. */
static const struct vm_operations_struct zoo_pfn_vm_ops = {
	.open = zoo_vma_open,
	.close = zoo_vma_close,
	ZOO_MAY_SPLIT(zoo_vma_may_split),
	.mremap = zoo_vma_mremap,
	.access = zoo_vma_access,
};

static const struct vm_operations_struct zoo_pfn_fault_vm_ops = {
	.open = zoo_vma_open,
	.close = zoo_vma_close,
	ZOO_MAY_SPLIT(zoo_vma_may_split),
	.mremap = zoo_vma_mremap,
	.fault = zoo_vma_pfn_fault,
	.access = zoo_vma_access,
};

static int zoo_map_pfn(struct zoo_file *zf, struct vm_area_struct *vma)
{
	struct page *first = zoo_page(zf->data, vma->vm_pgoff);

	return remap_pfn_range(vma, vma->vm_start, page_to_pfn(first),
			       vma->vm_end - vma->vm_start, vma->vm_page_prot);
}

static int zoo_map_pfn_readonly(struct zoo_file *zf, struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_WRITE)
		return -EPERM;

	zoo_flags_mod(vma, 0, VM_MAYWRITE);
	return zoo_map_pfn(zf, vma);
}

static int zoo_map_pfn_fault(struct zoo_file *zf, struct vm_area_struct *vma)
{
	/* vmf_insert_pfn() has no way to tell such a page from a copy. */
	if (zoo_is_cow(vma))
		return -EINVAL;

	zoo_flags_mod(vma, VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP, 0);
	return 0;
}

static int zoo_map_page(struct zoo_file *zf, struct vm_area_struct *vma)
{
	unsigned long i;
	int err;

	for (i = 0; i < vma_pages(vma); i++) {
		err = vm_insert_page(vma, vma->vm_start + i * PAGE_SIZE,
				     zoo_page(zf->data, vma->vm_pgoff + i));
		if (err)
			return err;
	}
	return 0;
}

static int zoo_map_pages_batch(struct zoo_file *zf, struct vm_area_struct *vma)
{
	struct page *pages[MAPPING_ZOO_PAGES];
	unsigned long i, nr = vma_pages(vma);

	for (i = 0; i < nr; i++)
		pages[i] = zoo_page(zf->data, vma->vm_pgoff + i);

	zoo_flags_mod(vma, VM_DONTEXPAND, 0);
	return vm_insert_pages(vma, vma->vm_start, pages, &nr);
}

static int zoo_map_mixed_fault(struct zoo_file *zf, struct vm_area_struct *vma)
{
	zoo_flags_mod(vma, VM_MIXEDMAP, 0);
	return 0;
}

static int zoo_map_vmalloc(struct zoo_file *zf, struct vm_area_struct *vma)
{
	return remap_vmalloc_range(vma, zf->data, vma->vm_pgoff);
}

static int zoo_map_dma(struct zoo_file *zf, struct vm_area_struct *vma)
{
	return dma_mmap_coherent(&zoo_device->dev, vma, zf->data, zf->dma,
				 ZOO_SIZE);
}

static int zoo_map_fault(struct zoo_file *zf, struct vm_area_struct *vma)
{
	return 0;
}

/*
 * The pages are ordinary ones with a reference count, so the flag that
 * vm_insert_page() leaves is not needed to take them down again. fork() does
 * not copy page tables that can be filled by fault, hence the fault handler.
 */
static int zoo_map_populated(struct zoo_file *zf, struct vm_area_struct *vma)
{
	int err = zoo_map_page(zf, vma);

	if (!err)
		zoo_flags_mod(vma, 0, VM_MIXEDMAP);
	return err;
}

static int zoo_map_dontcopy(struct zoo_file *zf, struct vm_area_struct *vma)
{
	zoo_flags_mod(vma, VM_DONTCOPY, 0);
	return 0;
}

static int zoo_map_dontexpand(struct zoo_file *zf, struct vm_area_struct *vma)
{
	zoo_flags_mod(vma, VM_DONTEXPAND, 0);
	return 0;
}

static int zoo_map_io(struct zoo_file *zf, struct vm_area_struct *vma)
{
	zoo_flags_mod(vma, VM_IO, 0);
	return 0;
}

static const struct {
	int (*map)(struct zoo_file *zf, struct vm_area_struct *vma);
	const struct vm_operations_struct *ops;
} zoo_kinds[MAPPING_ZOO_KINDS] = {
	[MAPPING_ZOO_PFN] = { zoo_map_pfn, &zoo_pfn_vm_ops },
	[MAPPING_ZOO_PFN_READONLY] = { zoo_map_pfn_readonly, &zoo_pfn_vm_ops },
	[MAPPING_ZOO_PFN_FAULT] = { zoo_map_pfn_fault, &zoo_pfn_fault_vm_ops },
	[MAPPING_ZOO_PAGE] = { zoo_map_page, &zoo_vm_ops },
	[MAPPING_ZOO_PAGES_BATCH] = { zoo_map_pages_batch, &zoo_vm_ops },
	[MAPPING_ZOO_MIXED_FAULT] = { zoo_map_mixed_fault, &zoo_fault_vm_ops },
	[MAPPING_ZOO_VMALLOC] = { zoo_map_vmalloc, &zoo_vm_ops },
	[MAPPING_ZOO_DMA] = { zoo_map_dma, &zoo_pfn_vm_ops },
	[MAPPING_ZOO_FAULT] = { zoo_map_fault, &zoo_fault_vm_ops },
	[MAPPING_ZOO_POPULATED] = { zoo_map_populated, &zoo_fault_vm_ops },
	[MAPPING_ZOO_DONTCOPY] = { zoo_map_dontcopy, &zoo_fault_vm_ops },
	[MAPPING_ZOO_DONTEXPAND] = { zoo_map_dontexpand, &zoo_fault_vm_ops },
	[MAPPING_ZOO_IO] = { zoo_map_io, &zoo_fault_vm_ops },
};

static int zoo_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct zoo_file *zf = file->private_data;
	struct zoo_record *record;
	int err;

	record = kmalloc(sizeof(*record), GFP_KERNEL);
	if (!record)
		return -ENOMEM;

	mutex_lock(&zf->lock);
	if (!zf->kind)
		err = -ENODEV;
	else if (vma->vm_pgoff >= MAPPING_ZOO_PAGES ||
		 vma_pages(vma) > MAPPING_ZOO_PAGES - vma->vm_pgoff)
		err = -EINVAL;
	else
		err = zoo_kinds[zf->kind].map(zf, vma);
	mutex_unlock(&zf->lock);

	if (err) {
		kfree(record);
		return err;
	}

	vma->vm_ops = zoo_kinds[zf->kind].ops;
	zoo_record_add(record, vma->vm_mm, zf->kind, ZOO_MAPPED);
	return 0;
}

/*
 * The special mapping
 */

static vm_fault_t zoo_special_fault(const struct vm_special_mapping *sm,
				    struct vm_area_struct *vma,
				    struct vm_fault *vmf)
{
	zoo_count(MAPPING_ZOO_SPECIAL, ZOO_FAULTED);
	if (vmf->pgoff >= MAPPING_ZOO_PAGES)
		return VM_FAULT_SIGBUS;

	vmf->page = zoo_page(zoo_special_data, vmf->pgoff);
	get_page(vmf->page);
	return 0;
}

static int zoo_special_mremap(const struct vm_special_mapping *sm,
			      struct vm_area_struct *new_vma)
{
	zoo_count(MAPPING_ZOO_SPECIAL, ZOO_MOVED);
	return 0;
}

static const struct vm_special_mapping zoo_special = {
	.name = "[mapping-zoo]",
	.fault = zoo_special_fault,
	.mremap = zoo_special_mremap,
};

static long zoo_install(struct mapping_zoo_install __user *arg)
{
	struct mm_struct *mm = current->mm;
	struct mapping_zoo_install install;
	struct vm_area_struct *vma;
	unsigned long addr, size;

	if (copy_from_user(&install, arg, sizeof(install)))
		return -EFAULT;
	if (install.reserved || !install.pages ||
	    install.pages > MAPPING_ZOO_PAGES)
		return -EINVAL;
	size = install.pages * PAGE_SIZE;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	addr = get_unmapped_area(NULL, install.addr, size, 0, 0);
	if (IS_ERR_VALUE(addr)) {
		mmap_write_unlock(mm);
		return addr;
	}
	vma = _install_special_mapping(mm, addr, size, VM_READ | VM_MAYREAD |
				       VM_MAYWRITE, &zoo_special);
	mmap_write_unlock(mm);
	if (IS_ERR(vma))
		return PTR_ERR(vma);

	zoo_count(MAPPING_ZOO_SPECIAL, ZOO_MAPPED);
	install.addr = addr;
	return copy_to_user(arg, &install, sizeof(install)) ? -EFAULT : 0;
}

/*
 * The file
 */

static long zoo_select(struct zoo_file *zf, unsigned long kind)
{
	long err;

	if (kind >= MAPPING_ZOO_KINDS || !zoo_kinds[kind].map)
		return -EINVAL;

	mutex_lock(&zf->lock);
	if (zf->kind) {
		err = -EBUSY;
	} else {
		err = zoo_data_alloc(zf, kind);
		if (!err)
			zf->kind = kind;
	}
	mutex_unlock(&zf->lock);
	return err;
}

static bool zoo_vma_is(struct vm_area_struct *vma, u32 kind)
{
	if (kind == MAPPING_ZOO_SPECIAL)
		return vma_is_special_mapping(vma, &zoo_special);
	return vma->vm_file && vma->vm_file->f_op == &zoo_fops &&
	       zoo_vma_file(vma)->kind == kind;
}

static int zoo_find(struct mm_struct *mm, u32 kind, u64 *found)
{
	ZOO_VMA_ITERATOR(vmi, mm);
	struct vm_area_struct *vma;

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	*found = 0;
	zoo_for_each_vma(vmi, vma) {
		if (zoo_vma_is(vma, kind))
			(*found)++;
	}
	mmap_read_unlock(mm);
	return 0;
}

/* The address space of a process the caller may look at, to be put. */
static struct mm_struct *zoo_mm_get(pid_t pid)
{
	struct task_struct *task;
	struct mm_struct *mm;

	if (!pid) {
		mmget(current->mm);
		return current->mm;
	}
	task = find_get_task_by_vpid(pid);
	if (!task)
		return ERR_PTR(-ESRCH);
	mm = mm_access(task, PTRACE_MODE_READ_FSCREDS);
	put_task_struct(task);
	return mm ?: ERR_PTR(-ESRCH);
}

static long zoo_counts(struct mapping_zoo_counts __user *arg)
{
	struct mapping_zoo_counts counts;
	struct zoo_record *record;
	struct mm_struct *mm;
	u64 *events;
	int err;

	if (copy_from_user(&counts, arg, sizeof(counts)))
		return -EFAULT;
	if (!counts.kind || counts.kind >= MAPPING_ZOO_KINDS)
		return -EINVAL;

	mm = zoo_mm_get(counts.pid);
	if (IS_ERR(mm))
		return PTR_ERR(mm);
	err = zoo_find(mm, counts.kind, &counts.found_here);
	if (err)
		goto out;

	counts.live = 0;
	counts.live_here = 0;
	events = zoo_events[counts.kind];

	spin_lock(&zoo_lock);
	counts.mapped = events[ZOO_MAPPED];
	counts.opened = events[ZOO_OPENED];
	counts.closed = events[ZOO_CLOSED];
	counts.faulted = events[ZOO_FAULTED];
	counts.moved = events[ZOO_MOVED];
	counts.split = events[ZOO_SPLIT];
	counts.accessed = events[ZOO_ACCESSED];
	counts.strays = events[ZOO_STRAY];
	list_for_each_entry(record, &zoo_records, list) {
		if (record->kind != counts.kind)
			continue;
		counts.live++;
		if (record->mm == mm)
			counts.live_here++;
	}
	spin_unlock(&zoo_lock);

	if (copy_to_user(arg, &counts, sizeof(counts)))
		err = -EFAULT;
out:
	mmput(mm);
	return err;
}

static long zoo_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case MAPPING_ZOO_SELECT:
		return zoo_select(file->private_data, arg);
	case MAPPING_ZOO_INSTALL:
		return zoo_install((void __user *)arg);
	case MAPPING_ZOO_COUNT:
		return zoo_counts((void __user *)arg);
	default:
		return -ENOTTY;
	}
}

static int zoo_open(struct inode *inode, struct file *file)
{
	struct zoo_file *zf = kzalloc(sizeof(*zf), GFP_KERNEL);

	if (!zf)
		return -ENOMEM;
	mutex_init(&zf->lock);
	file->private_data = zf;
	return 0;
}

static int zoo_release(struct inode *inode, struct file *file)
{
	struct zoo_file *zf = file->private_data;

	zoo_data_free(zf);
	mutex_destroy(&zf->lock);
	kfree(zf);
	return 0;
}

static const struct file_operations zoo_fops = {
	.owner = THIS_MODULE,
	.open = zoo_open,
	.release = zoo_release,
	.mmap = zoo_mmap,
	.unlocked_ioctl = zoo_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice zoo_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "mapping-zoo",
	.fops = &zoo_fops,
	.mode = 0666,
};

static int __init zoo_init(void)
{
	int err;

	zoo_special_data = alloc_pages_exact(ZOO_SIZE, GFP_KERNEL);
	if (!zoo_special_data)
		return -ENOMEM;
	zoo_data_fill(zoo_special_data, MAPPING_ZOO_SPECIAL);

	zoo_device = platform_device_register_simple("mapping-zoo",
						     PLATFORM_DEVID_NONE,
						     NULL, 0);
	if (IS_ERR(zoo_device)) {
		err = PTR_ERR(zoo_device);
		goto free_special;
	}

	err = dma_coerce_mask_and_coherent(&zoo_device->dev, DMA_BIT_MASK(64));
	if (err)
		goto unregister_device;

	err = misc_register(&zoo_misc);
	if (err)
		goto unregister_device;
	return 0;

unregister_device:
	platform_device_unregister(zoo_device);
free_special:
	free_pages_exact(zoo_special_data, ZOO_SIZE);
	return err;
}
device_initcall(zoo_init);
