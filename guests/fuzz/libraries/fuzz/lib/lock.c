// SPDX-License-Identifier: MIT
#include <fuzz/operation.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MLOCK_ONFAULT
#define MLOCK_ONFAULT 1
#endif

/* page, count, mode, reach */
OPERATION(lock)
{
	char *at = page_at(actor, args[0]);
	size_t length = length_of(actor, args[1], args[3] == 1);

	/* From the middle of the first page to that of the last. */
	if (args[3] == 2 && args[1] > 0) {
		at += actor->page_size / 2;
		length = args[1] > 1 ? pages(actor, args[1] - 1) :
				       actor->page_size / 4;
	}
	if (args[2] == 0)
		return ended(munlock(at, length));
	if (args[2] == 1)
		return ended(mlock(at, length));
	return ended(syscall(SYS_mlock2, at, length, MLOCK_ONFAULT));
}
