/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the memory management has been called from Linux 5.10 on. Kconfig finds
 * out which names a tree has, as releases do not tell where a patch went in.
 */
#ifndef MAPPING_ZOO_COMPAT_H
#define MAPPING_ZOO_COMPAT_H

#include <linux/mm.h>

static inline void zoo_flags_mod(struct vm_area_struct *vma, unsigned long set,
				 unsigned long clear)
{
#ifdef CONFIG_KGATE_HAVE_VM_FLAGS_SET
	vm_flags_mod(vma, set, clear);
#else
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
#endif
}

/* A private mapping that may be written to: its pages may not be the driver's. */
static inline bool zoo_is_cow(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & (VM_SHARED | VM_MAYWRITE)) == VM_MAYWRITE;
}

#ifdef CONFIG_KGATE_HAVE_MAY_SPLIT
#define ZOO_MAY_SPLIT(function)	.may_split = (function)
#else
#define ZOO_MAY_SPLIT(function)	.split = (function)
#endif

/* The caller holds the lock of the address space. */
#ifdef CONFIG_KGATE_HAVE_VMA_ITERATOR
#define ZOO_VMA_ITERATOR(name, mm)	VMA_ITERATOR(name, mm, 0)
#define zoo_for_each_vma(name, vma)	for_each_vma(name, vma)
#else
#define ZOO_VMA_ITERATOR(name, mm)	struct mm_struct *name = (mm)
#define zoo_for_each_vma(name, vma) \
	for ((vma) = (name)->mmap; (vma); (vma) = (vma)->vm_next)
#endif

#endif /* MAPPING_ZOO_COMPAT_H */
