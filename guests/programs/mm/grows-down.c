// SPDX-License-Identifier: MIT
/*
 * Mappings that grow down, as a stack does.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <kgate/signals.h>
#include <kgate/system-limits.h>
#include <sys/resource.h>
#include <unistd.h>

#define SPACE	1024
#define GAP	256	/* stack_guard_gap, in pages */
#define TOP	(SPACE - 1)

static struct range space;

static struct range page(unsigned long index)
{
	return sub_range(space, index, 1);
}

/* A page that grows, at the end of a wide hole. */
static void set_up(int flags)
{
	space = find_hole(SPACE);
	check(mmap((void *)page(TOP).start, pages(1), READ_WRITE,
		   PRIVATE | MAP_GROWSDOWN | MAP_FIXED | flags, -1,
		   0) != MAP_FAILED);
	write_content(page(TOP), WRITER_ORIGINAL);
}

/* How many pages there are, down from the top. */
static unsigned long grown(void)
{
	struct mapping mapping;

	check(maps_find_at(getpid(), page(TOP).start, &mapping));
	return (page(TOP).start + pages(1) - mapping.range.start) / page_size();
}

CASE(page_below)
{
	set_up(0);
	observe_text("caller.access", try_write(page(TOP - 1).start));
	observe_uint("caller.pages", grown());
	observe_text("caller.sees", read_content(page(TOP)));
	observe_text("below.sees", read_content(page(TOP - 1)));
}

CASE(last_byte_of_page_below)
{
	set_up(0);
	observe_text("caller.access", try_read(page(TOP).start - 1));
	observe_uint("caller.pages", grown());
}

CASE(page_further_below)
{
	set_up(0);
	observe_text("caller.access", try_write(page(TOP - 10).start));
	observe_uint("caller.pages", grown());
}

CASE(memory_that_does_not_grow)
{
	space = find_hole(SPACE);
	map_over(page(TOP), READ_WRITE);
	observe_text("caller.access", try_read(page(TOP - 1).start));
}

/* Something below, this far from the page that is touched. */
static void grow_beside(unsigned long distance, int protection)
{
	set_up(0);
	map_over(page(TOP - 2 - distance), protection);
	observe_text("caller.access", try_write(page(TOP - 1).start));
	observe_uint("caller.pages", grown());
}

CASE(least_distance)
{
	grow_beside(GAP, READ_WRITE);
}

CASE(within_least_distance)
{
	grow_beside(GAP - 1, READ_WRITE);
}

CASE(close_to_guard_page)
{
	grow_beside(0, PROT_NONE);
}

static void grow_at_limit(unsigned long below)
{
	set_up(0);
	limit_pages(RLIMIT_STACK, 16);
	observe_text("caller.access", try_write(page(TOP - below).start));
	observe_uint("caller.pages", grown());
}

CASE(stack_limit)
{
	grow_at_limit(15);
}

CASE(beyond_stack_limit)
{
	grow_at_limit(16);
}

CASE(address_space_limit)
{
	set_up(0);
	limit_pages_beyond(RLIMIT_AS, "VmSize", 1);
	observe_text("caller.access", try_write(page(TOP - 1).start));
	observe_uint("caller.pages", grown());
}

CASE(beyond_address_space_limit)
{
	set_up(0);
	limit_pages_beyond(RLIMIT_AS, "VmSize", 1);
	observe_text("caller.access", try_write(page(TOP - 2).start));
	observe_uint("caller.pages", grown());
}

CASE(locked)
{
	set_up(MAP_LOCKED);
	observe_text("caller.access", try_write(page(TOP - 2).start));
	observe_uint("caller.pages", grown());
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(counts)
{
	unsigned long size, committed;

	set_up(0);
	size = status_pages("VmSize");
	committed = committed_pages();
	observe_text("caller.access", try_write(page(TOP - 4).start));
	observe_int("caller.size", status_pages("VmSize") - size);
	observe_int("system.committed", committed_pages() - committed);
}

CASE(protect_downwards)
{
	set_up(0);
	check(*try_write(page(TOP - 3).start));
	observe_call("call", mprotect((void *)page(TOP).start, pages(1),
				      PROT_READ | PROT_GROWSDOWN));
	observe_text("caller.layout",
		     read_layout(sub_range(space, TOP - 3, 4)));
}

CASE(protect_downwards_what_does_not_grow)
{
	struct range memory = map_original(4);

	observe_call("call", mprotect((void *)sub_range(memory, 3, 1).start,
				      pages(1), PROT_READ | PROT_GROWSDOWN));
	observe_bool("caller.maps_changed", caller_maps_changed());
}

CASE(protect_both_ways)
{
	set_up(0);
	observe_call("call",
		     mprotect((void *)page(TOP).start, pages(1),
			      PROT_READ | PROT_GROWSDOWN | PROT_GROWSUP));
}

/* As a user who may lock three pages, one of which is locked. */
static void grow_locked(unsigned long below)
{
	limit_pages(RLIMIT_MEMLOCK, 3);
	become_user(USER_CALLER);
	set_up(MAP_LOCKED);
	observe_text("caller.access", try_write(page(TOP - below).start));
	observe_uint("caller.pages", grown());
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(lock_limit)
{
	grow_locked(2);
}

CASE(beyond_lock_limit)
{
	grow_locked(3);
}

CASE(close_to_other_memory_that_grows)
{
	struct range below;

	set_up(0);
	below = page(TOP - 4);
	check(mmap((void *)below.start, below.length, READ_WRITE,
		   PRIVATE | MAP_GROWSDOWN | MAP_FIXED, -1, 0) != MAP_FAILED);
	observe_text("caller.access", try_write(page(TOP - 3).start));
	observe_uint("caller.pages", grown());
}

CASE(offset)
{
	set_up(0);
	check(*try_write(page(TOP - 3).start));
	/* What has grown is like memory that was mapped there. */
	map_over(page(TOP - 5), PROT_NONE);
	check(mprotect((void *)page(TOP - 3).start, pages(1), PROT_READ) == 0);
	check(mprotect((void *)page(TOP - 3).start, pages(1),
		       READ_WRITE) == 0);
	observe_uint("caller.mappings",
		     maps_count_in(getpid(), sub_range(space, TOP - 3, 4)));
	observe_uint("caller.pages", grown());
	observe_text("caller.sees", read_content(page(TOP)));
}

CASE(beyond_commit_limit)
{
	unsigned long committed;

	space = find_hole(20000);
	limit_pages(RLIMIT_STACK, 30000);
	check(mmap((void *)page(19999).start, pages(1), READ_WRITE,
		   PRIVATE | MAP_GROWSDOWN | MAP_FIXED, -1, 0) != MAP_FAILED);
	check(madvise((void *)page(19999).start, pages(1),
		      MADV_NOHUGEPAGE) == 0 || errno == EINVAL);
	leave_committable(4096);
	committed = committed_pages();
	observe_text("caller.access", try_write(page(19999 - 8192).start));
	observe_int("system.committed", committed_pages() - committed);
}

CASE(protect_downwards_from_a_hole)
{
	set_up(0);
	check(*try_write(page(TOP - 1).start));
	observe_call("call", mprotect((void *)page(TOP - 4).start, pages(4),
				      PROT_READ | PROT_GROWSDOWN));
	observe_text("caller.layout",
		     read_layout(sub_range(space, TOP - 4, 5)));
}

CASE(protect_downwards_nothing)
{
	set_up(0);
	observe_call("call", mprotect((void *)page(TOP - 8).start, pages(4),
				      PROT_READ | PROT_GROWSDOWN));
}

CASE(reading_with_a_call)
{
	int ends[2];

	set_up(0);
	check(pipe(ends) == 0 && write(ends[1], "kgate", 5) == 5);
	observe_call("call", read(ends[0], (void *)(page(TOP).start - 8), 5));
	observe_uint("caller.pages", grown());
}
