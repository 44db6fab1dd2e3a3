// SPDX-License-Identifier: MIT
#include <fuzz/operation.h>
#include <sys/mman.h>

enum kind {
	KIND_PRIVATE,
	KIND_SHARED,
	KIND_MEMFD,
	KIND_PRIVATE_MEMFD,
	KIND_READ_ONLY_MEMFD,
	KIND_FILE,
	KIND_PRIVATE_FILE,
	KINDS
};

static int descriptor_of(const struct actor *actor, enum kind kind)
{
	switch (kind) {
	case KIND_READ_ONLY_MEMFD:
		return actor->read_only_memfd;
	case KIND_FILE:
	case KIND_PRIVATE_FILE:
		return actor->file;
	default:
		return actor->memfd;
	}
}

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
		[KIND_FILE] = MAP_SHARED,
		[KIND_PRIVATE_FILE] = MAP_PRIVATE,
	};
	static const int placements[] = { MAP_FIXED, MAP_FIXED_NOREPLACE, 0 };
	static const int fillings[] = { 0, MAP_POPULATE, MAP_LOCKED,
					MAP_NORESERVE };
	enum kind kind = args[2] % KINDS;
	int flags = kinds[kind] | placements[args[4] % 3] |
		    fillings[args[6] % 4];
	int is_file = !(flags & MAP_ANONYMOUS);
	void *at = page_at(actor, args[0]);
	size_t length = length_of(actor, args[1], args[7]);
	void *mapped = mmap(at, length, protection(2 - args[3] % 3), flags,
			    is_file ? descriptor_of(actor, kind) : -1,
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
