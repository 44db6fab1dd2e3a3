/* SPDX-License-Identifier: MIT */
/*
 * /proc/PID/pagemap for the page at an address.
 */
#ifndef KGATE_PAGEMAP_H
#define KGATE_PAGEMAP_H

#include <kgate/memory.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct page_state {
	bool present;
	bool swapped;
	bool file_or_shared;
	bool exclusive;		/* mapped exactly once */
	bool soft_dirty;
	uint64_t frame;		/* 0 unless present */
};

struct page_state page_state(pid_t pid, unsigned long address);

/* How many pages of a range are present, or swapped out. */
unsigned long pages_present(pid_t pid, struct range range);
unsigned long pages_swapped(pid_t pid, struct range range);

/* How many pages two ranges of one length share, page by page. */
unsigned long pages_shared(pid_t pid, struct range range, pid_t other_pid,
			   struct range other);

#endif
