// SPDX-License-Identifier: MIT
/*
 * mlock() of memory that is locked already, wholly or in part, by a user at the
 * limit: such pages count once, wherever the range begins and ends.
 */
#include <kgate/own-memory.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGES 8

#ifndef MLOCK_ONFAULT
#define MLOCK_ONFAULT 1
#endif

static struct range memory;

static void set_up(unsigned long limit)
{
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	limit_pages(RLIMIT_MEMLOCK, limit);
	become_user(USER_CALLER);
}

static void lock_first(unsigned long first, unsigned long count)
{
	check(mlock((void *)sub_range(memory, first, 1).start,
		    pages(count)) == 0);
}

static void lock(unsigned long first, unsigned long count)
{
	observe_call("call", mlock((void *)sub_range(memory, first, 1).start,
				   pages(count)));
	observe_uint("caller.locked", status_pages("VmLck"));
}

/* With four pages locked in the middle, which is all that a user may. */
static void lock_beside_four(unsigned long limit, unsigned long first,
			     unsigned long count)
{
	set_up(limit);
	lock_first(2, 4);
	lock(first, count);
}

CASE(same_pages)
{
	lock_beside_four(4, 2, 4);
}

CASE(first_page)
{
	lock_beside_four(4, 2, 1);
}

CASE(all_but_the_last_page)
{
	lock_beside_four(4, 2, 3);
}

CASE(last_page)
{
	lock_beside_four(4, 5, 1);
}

CASE(all_but_the_first_page)
{
	lock_beside_four(4, 3, 3);
}

CASE(second_page)
{
	lock_beside_four(4, 3, 1);
}

CASE(page_before)
{
	lock_beside_four(5, 1, 2);
}

CASE(page_before_beyond_the_limit)
{
	lock_beside_four(4, 1, 2);
}

CASE(page_behind)
{
	lock_beside_four(5, 5, 2);
}

CASE(page_behind_beyond_the_limit)
{
	lock_beside_four(4, 5, 2);
}

CASE(both_sides)
{
	lock_beside_four(6, 1, 6);
}

CASE(both_sides_beyond_the_limit)
{
	lock_beside_four(5, 1, 6);
}

CASE(right_behind_beyond_the_limit)
{
	lock_beside_four(4, 6, 1);
}

CASE(right_before_beyond_the_limit)
{
	lock_beside_four(4, 1, 1);
}

/* From the first to the last of six pages, two of which are locked. */
static void lock_over_two(unsigned long limit)
{
	set_up(limit);
	lock_first(1, 1);
	lock_first(4, 1);
	lock(1, 4);
}

CASE(two_apart)
{
	lock_over_two(4);
}

CASE(two_apart_beyond_the_limit)
{
	lock_over_two(3);
}

static void lock_after_on_fault(unsigned long first, unsigned long count)
{
	set_up(4);
	check(syscall(SYS_mlock2, memory.start, pages(4),
		      MLOCK_ONFAULT) == 0);
	lock(first, count);
}

CASE(on_fault)
{
	lock_after_on_fault(1, 3);
}

CASE(on_fault_beyond_the_limit)
{
	lock_after_on_fault(1, 4);
}

CASE(more_than_all_addresses)
{
	set_up(4);
	lock_first(0, 1);
	observe_call("call", mlock((void *)memory.start,
				   -memory.start + pages(1)));
	observe_uint("caller.locked", status_pages("VmLck"));
}
