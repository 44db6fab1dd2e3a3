// SPDX-License-Identifier: MIT
#include <fuzz/operation.h>
#include <sys/mman.h>

/* page, count, end */
OPERATION(unmap)
{
	return ended(munmap(page_at(actor, args[0]),
			    length_of(actor, args[1], args[2])));
}
