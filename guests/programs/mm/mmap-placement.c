// SPDX-License-Identifier: MIT
/*
 * mmap(): where memory is placed, and what was there before.
 */
#include <kgate/huge-page.h>
#include <kgate/own-memory.h>
#include <kgate/signals.h>
#include <kgate/system-limits.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PAGES 4

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

static struct range map_there(struct range place, int flags)
{
	void *start = mmap((void *)place.start, place.length, READ_WRITE,
			   PRIVATE | flags, -1, 0);

	observe_call("call", start);
	if (start == MAP_FAILED)
		return (struct range){ 0, 0 };
	return (struct range){ (unsigned long)start, place.length };
}

CASE(hint_at_hole)
{
	struct range hole = find_hole(PAGES);

	observe_bool("placed_there", map_there(hole, 0).start == hole.start);
}

CASE(hint_at_last_page_taken)
{
	struct range memory = map_original(PAGES), place, taken;

	taken = sub_range(memory, PAGES - 1, 1);
	unmap(sub_range(memory, 0, PAGES - 1));
	place = map_there(memory, 0);
	observe_bool("placed_there", place.start == memory.start);
	observe_bool("caller.maps_lost",
		     maps_count_in(getpid(), taken) != 1);
	observe_text("caller.sees", read_content_from(taken, PAGES - 1));
}

CASE(hint_at_first_page_taken)
{
	struct range memory = map_original(PAGES), place;

	unmap(sub_range(memory, 1, PAGES - 1));
	place = map_there(memory, 0);
	observe_bool("placed_there", place.start == memory.start);
	observe_text("caller.sees", read_content(sub_range(memory, 0, 1)));
}

CASE(fixed_replaces_the_middle)
{
	struct range memory = map_original(PAGES);

	map_there(sub_range(memory, 1, 2), MAP_FIXED);
	observe_text("caller.sees", read_content(memory));
	observe_text("caller.layout", read_layout(memory));
}

CASE(fixed_replaces_the_last_page)
{
	struct range memory = map_original(PAGES);

	map_there(sub_range(memory, PAGES - 1, 1), MAP_FIXED);
	observe_text("caller.sees", read_content(memory));
}

CASE(fixed_replaces_two_and_a_hole)
{
	struct range memory = map_original(PAGES);

	check(mprotect((void *)memory.start, pages(1), PROT_READ) == 0);
	unmap(sub_range(memory, 1, 1));
	map_there(memory, MAP_FIXED);
	observe_text("caller.sees", read_content(memory));
	observe_text("caller.layout", read_layout(memory));
}

CASE(fixed_refused_replaces_nothing)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct range memory = map_original(PAGES);

	check(fd != -1);
	observe_call("call", mmap((void *)memory.start, memory.length,
				  READ_WRITE, MAP_SHARED | MAP_FIXED, fd, 0));
	observe_untouched(memory);
}

CASE(noreplace_fills_a_hole)
{
	struct range memory = map_guarded(PAGES, PROT_READ, MAP_PRIVATE);

	unmap(sub_range(memory, 1, 2));
	map_there(sub_range(memory, 1, 2), MAP_FIXED_NOREPLACE);
	observe_text("caller.layout", read_layout(memory));
}

/*
 * Leave only one page free of what is to be mapped without replacing anything.
 */
static void map_beside(unsigned long taken)
{
	struct range memory = map_original(PAGES);

	if (taken > 0)
		unmap(sub_range(memory, 0, taken));
	if (taken < PAGES - 1)
		unmap(sub_range(memory, taken + 1, PAGES - 1 - taken));
	watch_maps(getpid());
	map_there(memory, MAP_FIXED_NOREPLACE);
	observe_bool("caller.maps_changed", caller_maps_changed());
	observe_text("caller.sees",
		     read_content_from(sub_range(memory, taken, 1), taken));
}

CASE(noreplace_first_page_taken)
{
	map_beside(0);
}

CASE(noreplace_middle_page_taken)
{
	map_beside(2);
}

CASE(noreplace_last_page_taken)
{
	map_beside(PAGES - 1);
}

CASE(noreplace_not_aligned)
{
	struct range hole = find_hole(PAGES);

	map_there((struct range){ hole.start + 1, pages(1) },
		  MAP_FIXED_NOREPLACE);
}

static unsigned long least_address(void)
{
	char text[32] = "";
	int fd = open("/proc/sys/vm/mmap_min_addr", O_RDONLY | O_CLOEXEC);

	check(fd != -1 && read(fd, text, sizeof(text) - 1) > 0);
	close(fd);
	/* There is room for a page below it, whatever the kernel's default. */
	return strtoul(text, NULL, 10) < pages(2) ? pages(2) :
						    strtoul(text, NULL, 10);
}

static struct range begin_at_least_address(void)
{
	unsigned long least = least_address();
	int fd = open("/proc/sys/vm/mmap_min_addr", O_WRONLY | O_CLOEXEC);

	check(fd != -1 && dprintf(fd, "%lu", least) > 0);
	become_user(USER_CALLER);
	return (struct range){ least, pages(1) };
}

CASE(least_address)
{
	map_there(begin_at_least_address(), MAP_FIXED);
}

CASE(below_least_address)
{
	struct range page = begin_at_least_address();

	page.start -= pages(1);
	map_there(page, MAP_FIXED);
}

CASE(hint_below_least_address)
{
	struct range page = begin_at_least_address();
	unsigned long least = page.start;

	page.start -= pages(1);
	observe_bool("placed_below", map_there(page, 0).start < least);
}

CASE(end_of_address_space)
{
	char text[32];

	snprintf(text, sizeof(text), "%#lx", address_limit());
	observe_text("limit", text);
}

CASE(last_pages)
{
	struct range last = { address_limit() - pages(2), pages(2) };

	map_there(last, MAP_FIXED);
	observe_text("caller.layout", read_layout(last));
}

CASE(beyond_last_page)
{
	struct range last = { address_limit() - pages(2), pages(2) };

	map_there((struct range){ last.start, pages(3) }, MAP_FIXED);
	observe_text("caller.layout", read_layout(last));
}

#ifndef MAP_32BIT
#define MAP_32BIT 0
#endif

CASE(low_address)
{
	struct range memory = map_there((struct range){ 0, pages(PAGES) },
					MAP_32BIT);

	observe_bool("placed_low",
		     memory.start && memory.start + memory.length <= 1UL << 31);
}

CASE(hint_below_least_address_is_raised)
{
	struct range page = begin_at_least_address();
	unsigned long least = page.start;

	page.start = pages(1);
	observe_bool("placed_at_least_address",
		     map_there(page, 0).start == least);
}

/* A hint this many pages below memory that grows down. */
static void hint_below_stack(unsigned long distance)
{
	struct range space = find_hole(512), stack = sub_range(space, 400, 1);
	struct range place = sub_range(space, 400 - distance - 2, 2);

	check(mmap((void *)stack.start, stack.length, READ_WRITE,
		   PRIVATE | MAP_FIXED | MAP_GROWSDOWN, -1, 0) != MAP_FAILED);
	observe_bool("placed_there", map_there(place, 0).start == place.start);
}

CASE(hint_at_least_distance_to_stack)
{
	hint_below_stack(256);
}

CASE(hint_within_least_distance_to_stack)
{
	hint_below_stack(255);
}

CASE(hint_at_exact_hole)
{
	struct range memory = map_guarded(PAGES, PROT_READ, MAP_PRIVATE);
	struct range hole = sub_range(memory, 1, 2);

	unmap(hole);
	observe_bool("placed_there", map_there(hole, 0).start == hole.start);
}

CASE(hint_at_end_of_address_space)
{
	struct range last = { address_limit() - pages(2), pages(2) };

	observe_bool("placed_there", map_there(last, 0).start == last.start);
}

CASE(hint_beyond_end_of_address_space)
{
	struct range last = { address_limit() - pages(2), pages(3) };

	observe_bool("placed_there", map_there(last, 0).start == last.start);
}

/* Without a hint, into the highest hole that is large enough. */
static void map_at_hole(unsigned long size)
{
	struct range space = map_guarded(4096, PROT_NONE,
					 MAP_PRIVATE | MAP_NORESERVE);
	struct range hole = sub_range(space, 64, 3001), place = { 0 };

	unmap(hole);
	place.length = pages(size);
	observe_bool("placed_there", map_there(place, 0).start == hole.start);
}

CASE(exact_hole)
{
	map_at_hole(3001);
}

CASE(hole_is_a_page_too_small)
{
	map_at_hole(3002);
}

CASE(hole_below_stack)
{
	struct range space = map_guarded(4096, PROT_NONE,
					 MAP_PRIVATE | MAP_NORESERVE);
	struct range hole = sub_range(space, 64, 3001), place = { 0 };
	struct range stack = sub_range(hole, 3000, 1);

	unmap(hole);
	check(mmap((void *)stack.start, stack.length, READ_WRITE,
		   PRIVATE | MAP_FIXED | MAP_GROWSDOWN, -1, 0) != MAP_FAILED);
	place.length = pages(2700);
	place.start = map_there(place, 0).start;
	observe_bool("placed_in_hole", place.start >= hole.start &&
				       place.start < stack.start);
	observe_bool("keeps_distance",
		     place.start + place.length + pages(256) <= stack.start ||
		     place.start >= stack.start);
}

CASE(size_of_huge_pages)
{
	unsigned long start = map_there((struct range){ 0, 2 * HUGE },
					0).start;

	require_huge_pages();
	observe_bool("aligned", start % HUGE == 0);
}

CASE(fixed_beyond_commit_limit)
{
	struct range memory = map_guarded(8192, PROT_READ, MAP_PRIVATE);
	struct range page = sub_range(memory, 4000, 1);

	check(mprotect((void *)page.start, page.length, READ_WRITE) == 0);
	write_content(page, WRITER_ORIGINAL);
	leave_committable(4096);
	watch_maps(getpid());
	map_there(memory, MAP_FIXED);
	observe_untouched(page);
}
