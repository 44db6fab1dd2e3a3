// SPDX-License-Identifier: MIT
#include <fuzz/operation.h>
#include <process-vm-mmap/call.h>
#include <sys/mman.h>

/* peer, page, count, to, placement, end; *value: it lies elsewhere */
OPERATION(clone_memory)
{
	static const unsigned long placements[] = {
		PVMMAP_FIXED, PVMMAP_FIXED_NOREPLACE, 0,
	};
	void *from = page_at(actor, args[1]);
	void *to = page_at(actor, args[3]);
	size_t length = length_of(actor, args[2], args[5]);
	void *mapped = process_vm_mmap(actor->pids[args[0]],
				       (unsigned long)from, length,
				       (unsigned long)to,
				       placements[args[4] % 3]);

	if (mapped == MAP_FAILED)
		return errno;
	if (mapped != to) {
		*value = 1;
		munmap(mapped, length);
	}
	return 0;
}
