/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * /dev/mapping-zoo: one mapping of each kind that drivers make.
 *
 *	int fd = open("/dev/mapping-zoo", O_RDWR);
 *
 *	ioctl(fd, MAPPING_ZOO_SELECT, MAPPING_ZOO_PFN);
 *	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
 *
 * An open file starts without memory. MAPPING_ZOO_SELECT gives it
 * MAPPING_ZOO_PAGES pages of one kind, which it keeps until it is closed and
 * its last mapping is gone; only then may another kind be had, from another
 * open(). Any part of the pages can be mapped, at the offset they have.
 *
 * The special mapping belongs to a process and not to a file. It is made by
 * MAPPING_ZOO_INSTALL instead, on any open file.
 */
#ifndef _UAPI_KGATE_MAPPING_ZOO_H
#define _UAPI_KGATE_MAPPING_ZOO_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define MAPPING_ZOO_DEVICE	"/dev/mapping-zoo"

/* Pages of memory behind each kind, of whatever size a page is here. */
#define MAPPING_ZOO_PAGES	8

/*
 * The kinds, with the flags their mappings are left with. All can be mapped
 * shared and private, except where it says otherwise.
 */
enum mapping_zoo_kind {
	/* remap_pfn_range(): IO, PFNMAP, DONTEXPAND, DONTDUMP. */
	MAPPING_ZOO_PFN = 1,

	/*
	 * The same, and it can never be made writable: mmap() with PROT_WRITE
	 * is EPERM.
	 */
	MAPPING_ZOO_PFN_READONLY,

	/*
	 * Page frames inserted one by one as they are touched, like a graphics
	 * buffer: PFNMAP, DONTEXPAND, DONTDUMP. MAP_PRIVATE is EINVAL.
	 */
	MAPPING_ZOO_PFN_FAULT,

	/* vm_insert_page(), like a packet ring: MIXEDMAP and nothing else. */
	MAPPING_ZOO_PAGE,

	/* vm_insert_pages(), like an io_uring ring: MIXEDMAP, DONTEXPAND. */
	MAPPING_ZOO_PAGES_BATCH,

	/* Pages that come by fault into a MIXEDMAP. */
	MAPPING_ZOO_MIXED_FAULT,

	/* remap_vmalloc_range(): MIXEDMAP, DONTEXPAND, DONTDUMP. */
	MAPPING_ZOO_VMALLOC,

	/*
	 * dma_mmap_coherent(): IO, PFNMAP, DONTEXPAND, DONTDUMP, and not
	 * cached where devices do not see the caches.
	 */
	MAPPING_ZOO_DMA,

	/* Pages that come by fault, like a KVM vCPU: no flag at all. */
	MAPPING_ZOO_FAULT,

	/* Pages that are all there from the start: no flag at all. */
	MAPPING_ZOO_POPULATED,

	/* Pages that come by fault, with this one flag. */
	MAPPING_ZOO_DONTCOPY,
	MAPPING_ZOO_DONTEXPAND,
	MAPPING_ZOO_IO,

	/*
	 * _install_special_mapping(), like the vDSO: DONTEXPAND, private and
	 * without a file. Only MAPPING_ZOO_INSTALL makes it. The pages are the
	 * same ones in every process.
	 */
	MAPPING_ZOO_SPECIAL,

	MAPPING_ZOO_KINDS
};

/*
 * What the memory holds until somebody writes to it, in units of eight bytes:
 * word number @word of page number @page of a memory of kind @kind.
 */
#define MAPPING_ZOO_MAGIC	0x6b67617465007a6fULL
#define MAPPING_ZOO_WORD(kind, page, word)			\
	(MAPPING_ZOO_MAGIC ^ ((__u64)(kind) << 56) ^		\
	 ((__u64)(page) << 24) ^ ((__u64)(word) << 8))

/* Every byte of a memory that has been given back. */
#define MAPPING_ZOO_POISON	0x7a

/**
 * struct mapping_zoo_install - a special mapping in the caller
 * @addr: where to look for room from, or 0; the address on return
 * @pages: how many of the MAPPING_ZOO_PAGES pages to map, from the first
 * @reserved: 0
 */
struct mapping_zoo_install {
	__u64 addr;
	__u32 pages;
	__u32 reserved;
};

/**
 * struct mapping_zoo_counts - what the driver knows about one kind
 * @kind: asked for: which kind
 * @pid: asked for: which process the _here fields are about, 0 is the caller
 * @mapped: successful mmap() calls, or installs
 * @opened: copies announced, by fork(), by mremap(), and by parting in two
 * @closed: mappings given up
 * @faulted: faults that came to the driver
 * @moved: mremap() calls to a new place
 * @split: requests to part a mapping in two
 * @accessed: accesses from outside, by ptrace() or /proc/PID/mem
 * @strays: of @closed, those in a process that was never announced. Anything
 *	but 0 means that the driver was handed a mapping behind its back
 * @live: mappings that were announced and not yet given up, in all processes
 * @live_here: the same in process @pid
 * @found_here: mappings of this kind that process @pid really has. Where it
 *	differs from @live_here the driver was not told
 *
 * All but @found_here are sums over all processes since boot. Nobody is
 * told when a special mapping is copied by fork() or given up, so for
 * MAPPING_ZOO_SPECIAL only @mapped, @faulted, @moved and @found_here count.
 */
struct mapping_zoo_counts {
	__u32 kind;
	__s32 pid;
	__u64 mapped;
	__u64 opened;
	__u64 closed;
	__u64 faulted;
	__u64 moved;
	__u64 split;
	__u64 accessed;
	__u64 strays;
	__u64 live;
	__u64 live_here;
	__u64 found_here;
};

/*
 * MAPPING_ZOO_SELECT takes the kind as its argument. EBUSY: the file has one
 * already; EINVAL: there is no such kind, or it is the special one. mmap()
 * before it is ENODEV.
 */
#define MAPPING_ZOO_SELECT	_IO(0xE7, 0)
#define MAPPING_ZOO_INSTALL	_IOWR(0xE7, 1, struct mapping_zoo_install)
#define MAPPING_ZOO_COUNT	_IOWR(0xE7, 2, struct mapping_zoo_counts)

#endif /* _UAPI_KGATE_MAPPING_ZOO_H */
