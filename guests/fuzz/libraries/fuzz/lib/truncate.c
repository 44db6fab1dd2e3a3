// SPDX-License-Identifier: MIT
#include <fuzz/operation.h>
#include <unistd.h>

/* count, end: the memfd's new size */
OPERATION(truncate)
{
	return ended(ftruncate(actor->memfd,
			       (off_t)length_of(actor, args[0], args[1])));
}
