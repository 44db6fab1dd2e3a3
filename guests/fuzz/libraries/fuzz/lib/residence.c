// SPDX-License-Identifier: MIT
#include <fuzz/operation.h>
#include <sys/mman.h>

/* page, count, end; *value: the pages that are in memory, one bit each */
OPERATION(residence)
{
	unsigned char present[8] = { 0 };
	unsigned int index;

	if (mincore(page_at(actor, args[0]),
		    length_of(actor, args[1], args[2]), present) == -1)
		return errno;
	for (index = 0; index < 8; index++)
		*value |= (present[index] & 1) << index;
	return 0;
}
