// SPDX-License-Identifier: MIT
#include <fuzz/operation.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

#define MOVED 1

static void *remap(void *from, size_t old, size_t new, int flags, void *to)
{
	return (void *)syscall(SYS_mremap, from, old, new, flags, to);
}

/*
 * page, count, to, new count, mode, end; *value: MOVED, or after a failure with a
 * fixed target what of it, and of the part to be cut off, is mapped.
 */
OPERATION(remap)
{
	static const int modes[] = {
		0, MREMAP_MAYMOVE, MREMAP_MAYMOVE | MREMAP_FIXED,
		MREMAP_MAYMOVE | MREMAP_DONTUNMAP,
		MREMAP_MAYMOVE | MREMAP_DONTUNMAP | MREMAP_FIXED,
	};
	int flags = modes[args[4] % 5];
	void *from = page_at(actor, args[0]);
	void *to = page_at(actor, args[2]);
	size_t length = length_of(actor, args[3], args[5]);
	void *now = remap(from, length_of(actor, args[1], args[5]), length,
			  flags, flags & MREMAP_FIXED ? to : NULL);

	if (now == MAP_FAILED) {
		int reason = errno;
		unsigned int cut = args[1] > args[3] ? args[1] - args[3] : 0;

		if (flags & MREMAP_FIXED)
			*value = mapped_pages(actor, args[2], args[3]) |
				 mapped_pages(actor, args[0] + args[3], cut) << 8;
		return reason;
	}
	if (now == from)
		return 0;
	*value = MOVED;
	/* The kernel's choice is outside of the arena. */
	if (!(flags & MREMAP_FIXED) &&
	    remap(now, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, to) != to)
		return errno;
	return 0;
}
