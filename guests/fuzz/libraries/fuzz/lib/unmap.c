// SPDX-License-Identifier: MIT
#include <fuzz/operation.h>
#include <sys/mman.h>

/* page, count */
OPERATION(unmap)
{
	return ended(munmap(page_at(actor, args[0]), pages(actor, args[1])));
}
