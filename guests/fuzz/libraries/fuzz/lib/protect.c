// SPDX-License-Identifier: MIT
#include <fuzz/operation.h>
#include <sys/mman.h>

/* page, count, access, end */
OPERATION(protect)
{
	return ended(mprotect(page_at(actor, args[0]),
			      length_of(actor, args[1], args[3]),
			      protection(args[2])));
}
