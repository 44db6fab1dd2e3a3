// SPDX-License-Identifier: MIT
#include <fuzz/operation.h>
#include <sys/mman.h>

/* page, count, whether to lock */
OPERATION(lock)
{
	void *at = page_at(actor, args[0]);
	size_t length = pages(actor, args[1]);

	return ended(args[2] ? mlock(at, length) : munlock(at, length));
}
