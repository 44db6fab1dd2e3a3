// SPDX-License-Identifier: MIT
/*
 * mlock() at the limits on locked memory.
 */
#include <kgate/own-memory.h>
#include <sys/resource.h>
#include <unistd.h>

#define PAGES 4

static struct range memory;

static void set_up(unsigned long limit)
{
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	limit_pages(RLIMIT_MEMLOCK, limit);
}

static void lock(unsigned long first, unsigned long count)
{
	observe_call("call", mlock((void *)sub_range(memory, first, 1).start,
				   pages(count)));
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(at_the_limit)
{
	set_up(3);
	become_user(USER_CALLER);
	lock(0, 3);
}

CASE(beyond_the_limit)
{
	set_up(3);
	become_user(USER_CALLER);
	lock(0, 4);
}

CASE(at_the_limit_in_two_steps)
{
	set_up(3);
	become_user(USER_CALLER);
	check(mlock((void *)memory.start, pages(2)) == 0);
	lock(2, 1);
}

CASE(beyond_the_limit_in_two_steps)
{
	set_up(3);
	become_user(USER_CALLER);
	check(mlock((void *)memory.start, pages(2)) == 0);
	lock(2, 2);
}

CASE(locked_already)
{
	set_up(3);
	become_user(USER_CALLER);
	check(mlock((void *)memory.start, pages(3)) == 0);
	lock(0, 3);
}

CASE(locked_already_in_part)
{
	set_up(3);
	become_user(USER_CALLER);
	check(mlock((void *)memory.start, pages(3)) == 0);
	lock(1, 3);
}

CASE(no_lock_allowed)
{
	set_up(0);
	become_user(USER_CALLER);
	lock(0, 1);
}

CASE(limit_of_a_partial_page)
{
	struct rlimit limit = { page_size() * 3 / 2, page_size() * 3 / 2 };

	set_up(3);
	check(setrlimit(RLIMIT_MEMLOCK, &limit) == 0);
	become_user(USER_CALLER);
	lock(0, 1);
}

CASE(beyond_limit_of_a_partial_page)
{
	struct rlimit limit = { page_size() * 3 / 2, page_size() * 3 / 2 };

	set_up(3);
	check(setrlimit(RLIMIT_MEMLOCK, &limit) == 0);
	become_user(USER_CALLER);
	lock(0, 2);
}

CASE(root)
{
	set_up(0);
	lock(0, 4);
}

CASE(unlocked_before)
{
	set_up(3);
	become_user(USER_CALLER);
	check(mlock((void *)memory.start, pages(3)) == 0);
	check(munlock((void *)memory.start, pages(3)) == 0);
	lock(1, 3);
}

CASE(unmapped_before)
{
	set_up(3);
	become_user(USER_CALLER);
	check(mlock((void *)memory.start, pages(2)) == 0);
	unmap(sub_range(memory, 0, 1));
	lock(2, 2);
}

CASE(all_beyond_the_limit)
{
	set_up(3);
	become_user(USER_CALLER);
	observe_call("call", mlockall(MCL_CURRENT));
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(all_without_permission)
{
	set_up(0);
	become_user(USER_CALLER);
	observe_call("call", mlockall(MCL_CURRENT));
	observe_uint("caller.locked", status_pages("VmLck"));
}

static void map_in_locked_future(unsigned long count)
{
	set_up(3);
	become_user(USER_CALLER);
	check(mlockall(MCL_FUTURE) == 0);
	observe_call("call", mmap(NULL, pages(count), READ_WRITE, PRIVATE, -1,
				  0));
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(future_at_the_limit)
{
	map_in_locked_future(3);
}

CASE(future_beyond_the_limit)
{
	map_in_locked_future(4);
}
