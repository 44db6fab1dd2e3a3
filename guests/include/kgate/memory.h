/* SPDX-License-Identifier: MIT */
/*
 * Ranges of memory, of the caller or of a peer.
 */
#ifndef KGATE_MEMORY_H
#define KGATE_MEMORY_H

#include <stdbool.h>

/* Length in bytes. */
struct range {
	unsigned long start;
	unsigned long length;
};

unsigned long page_size(void);

/* The pages first .. first + count of a range. */
struct range sub_range(struct range range, unsigned long first,
		       unsigned long count);

/*
 * Map anonymous memory between two guard pages: it must neither merge with a
 * neighbour nor have one by chance. The guards are inaccessible and mapped with
 * MAP_NORESERVE, which keeps them from merging with PROT_NONE memory under
 * test.
 */
struct range map_guarded(unsigned long pages, int protection, int flags);

/* The same for a file, from its page offset on. */
struct range map_guarded_file(unsigned long pages, int protection, int flags,
			      int fd, unsigned long offset);

/* An address range of this many pages with nothing mapped in it. */
struct range find_hole(unsigned long pages);

void unmap(struct range range);

#endif
