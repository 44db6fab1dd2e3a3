// SPDX-License-Identifier: MIT
#include <fuzz/operation.h>
#include <fuzz/starve.h>
#include <process-vm-mmap/call.h>
#include <sys/mman.h>

/* peer, page, count, to, nth; *value: after a failure what is mapped at to */
OPERATION(clone_starved)
{
	unsigned long to = (unsigned long)page_at(actor, args[3]);
	int control = begin_starving(args[4]);
	void *mapped = process_vm_mmap(actor->pids[args[0]],
				       (unsigned long)page_at(actor, args[1]),
				       pages(actor, args[2]), to, PVMMAP_FIXED);
	int reason = mapped == MAP_FAILED ? errno : 0;

	end_starving(control);
	if (reason)
		*value = mapped_pages(actor, args[3], args[2]);
	return reason;
}
