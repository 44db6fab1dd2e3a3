/* SPDX-License-Identifier: MIT */
/*
 * Memory outside of the arenas, of kinds that process_vm_mmap() refuses. All
 * processes have it, at the same addresses.
 */
#ifndef FUZZ_FOREIGN_H
#define FUZZ_FOREIGN_H

/* What of it there is depends on the kernel. */
void prepare_foreign_memory(void);

#endif
