/* SPDX-License-Identifier: MIT */
/*
 * The heap that brk() makes longer and shorter.
 */
#ifndef KGATE_HEAP_H
#define KGATE_HEAP_H

#include <kgate/own-memory.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Where the heap that a case looks at begins. */
static unsigned long begin;

static inline unsigned long set_break(unsigned long address)
{
	return syscall(SYS_brk, address);
}

/* Have it begin at the next page: the C library has its own data before. */
static inline void begin_heap(void)
{
	begin = (set_break(0) + page_size() - 1) & -page_size();
	check(set_break(begin) == begin);
}

static inline struct range heap(unsigned long first, unsigned long count)
{
	return sub_range((struct range){ begin, 0 }, first, count);
}

/* The call under test, relative to where the heap begins. */
static inline void move_break(long distance)
{
	unsigned long before = set_break(0);
	unsigned long wanted = begin + distance;
	unsigned long now = set_break(wanted);

	observe_text("break", now == wanted ? "wanted" :
			      now == before ? "unchanged" : "other");
	observe_bool("break_is_kept", set_break(0) == now);
	observe_text("heap.layout", read_layout(heap(0, 8)));
}

#endif
