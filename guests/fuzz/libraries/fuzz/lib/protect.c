// SPDX-License-Identifier: MIT
#include <fuzz/operation.h>
#include <sys/mman.h>

/* page, count, access */
OPERATION(protect)
{
	return ended(mprotect(page_at(actor, args[0]), pages(actor, args[1]),
			      protection(args[2])));
}
