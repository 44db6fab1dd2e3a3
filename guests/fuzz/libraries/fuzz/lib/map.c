// SPDX-License-Identifier: MIT
#include <fuzz/operation.h>
#include <sys/mman.h>

enum kind {
	KIND_PRIVATE,
	KIND_SHARED,
	KIND_MEMFD,
	KIND_PRIVATE_MEMFD,
	KIND_READ_ONLY_MEMFD,
};

/*
 * page, count, kind, access, placement, offset, filling, end; *value: it lies
 * elsewhere, or after a failure which pages of the place are mapped
 */
OPERATION(map)
{
	static const int kinds[] = {
		[KIND_PRIVATE] = MAP_PRIVATE | MAP_ANONYMOUS,
		[KIND_SHARED] = MAP_SHARED | MAP_ANONYMOUS,
		[KIND_MEMFD] = MAP_SHARED,
		[KIND_PRIVATE_MEMFD] = MAP_PRIVATE,
		[KIND_READ_ONLY_MEMFD] = MAP_SHARED,
	};
	static const int placements[] = { MAP_FIXED, MAP_FIXED_NOREPLACE, 0 };
	static const int fillings[] = { 0, MAP_POPULATE, MAP_LOCKED,
					MAP_NORESERVE };
	int flags = kinds[args[2] % 5] | placements[args[4] % 3] |
		    fillings[args[6] % 4];
	int is_file = !(flags & MAP_ANONYMOUS);
	int fd = args[2] == KIND_READ_ONLY_MEMFD ? actor->read_only_memfd :
						   actor->memfd;
	void *at = page_at(actor, args[0]);
	size_t length = length_of(actor, args[1], args[7]);
	void *mapped = mmap(at, length, protection(2 - args[3] % 3), flags,
			    is_file ? fd : -1,
			    is_file ? (off_t)pages(actor, args[5]) : 0);

	if (mapped == MAP_FAILED) {
		int reason = errno;

		*value = mapped_pages(actor, args[0], args[1]);
		return reason;
	}
	if (mapped != at) {
		*value = 1;
		munmap(mapped, length);
	}
	return 0;
}
