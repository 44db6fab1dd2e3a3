// SPDX-License-Identifier: MIT
#include <fuzz/operation.h>
#include <sys/mman.h>

enum kind {
	KIND_PRIVATE,
	KIND_SHARED,
	KIND_MEMFD,
	KIND_PRIVATE_MEMFD,
};

/* page, count, kind, access, placement, offset; *value: it lies elsewhere */
OPERATION(map)
{
	static const int kinds[] = {
		[KIND_PRIVATE] = MAP_PRIVATE | MAP_ANONYMOUS,
		[KIND_SHARED] = MAP_SHARED | MAP_ANONYMOUS,
		[KIND_MEMFD] = MAP_SHARED,
		[KIND_PRIVATE_MEMFD] = MAP_PRIVATE,
	};
	static const int placements[] = { MAP_FIXED, MAP_FIXED_NOREPLACE, 0 };
	int flags = kinds[args[2] % 4] | placements[args[4] % 3];
	int is_file = !(flags & MAP_ANONYMOUS);
	void *at = page_at(actor, args[0]);
	size_t length = pages(actor, args[1]);
	void *mapped = mmap(at, length, protection(2 - args[3] % 3), flags,
			    is_file ? actor->memfd : -1,
			    is_file ? (off_t)pages(actor, args[5]) : 0);

	if (mapped == MAP_FAILED)
		return errno;
	if (mapped != at) {
		*value = 1;
		munmap(mapped, length);
	}
	return 0;
}
