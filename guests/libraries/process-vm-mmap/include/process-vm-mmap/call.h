/* SPDX-License-Identifier: MIT */
/*
 * process_vm_mmap(): clones a mapping of another process into the caller.
 *
 * Kernels without the call have no number for it. Then the series' number is
 * used, and such a kernel answers ENOSYS.
 */
#ifndef PROCESS_VM_MMAP_CALL_H
#define PROCESS_VM_MMAP_CALL_H

#include <linux/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#ifndef __NR_process_vm_mmap
#define __NR_process_vm_mmap	500
#endif

#ifndef PVMMAP_FIXED
#define PVMMAP_FIXED		0x1
#define PVMMAP_FIXED_NOREPLACE	0x2
#endif

/* Returns MAP_FAILED and sets errno if the call fails. */
static inline void *process_vm_mmap(pid_t pid, unsigned long source,
				    unsigned long length, unsigned long target,
				    unsigned long flags)
{
	return (void *)syscall(__NR_process_vm_mmap, pid, source, length,
			       target, flags);
}

#endif
