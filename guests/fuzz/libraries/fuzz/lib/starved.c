// SPDX-License-Identifier: MIT
#include <fuzz/operation.h>
#include <fuzz/starve.h>
#include <sys/mman.h>

enum starved_call {
	STARVED_MMAP,
	STARVED_MUNMAP,
	STARVED_MREMAP,
};

/*
 * call, page, count, to, nth; *value: after a failure what is mapped at page
 * and at to; 1 after a successful mremap(), and what it left mapped
 */
OPERATION(starved)
{
	void *at = page_at(actor, args[1]);
	size_t length = pages(actor, args[2]);
	int control = begin_starving(args[4]);
	long result = -1;
	int reason;

	switch (args[0]) {
	case STARVED_MMAP:
		result = (long)mmap(at, length, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
				    0);
		break;
	case STARVED_MUNMAP:
		result = munmap(at, length);
		break;
	case STARVED_MREMAP:
		result = (long)mremap(at, length, length,
				      MREMAP_MAYMOVE | MREMAP_FIXED,
				      page_at(actor, args[3]));
		break;
	}
	reason = result == -1 ? errno : 0;
	end_starving(control);
	if (reason)
		*value = mapped_pages(actor, args[1], args[2]) |
			 mapped_pages(actor, args[3], args[2]) << 8;
	else if (args[0] == STARVED_MREMAP)
		*value = 1 | mapped_pages(actor, args[1], args[2]) << 8;
	return reason;
}
