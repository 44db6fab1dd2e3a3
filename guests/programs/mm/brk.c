// SPDX-License-Identifier: MIT
/*
 * brk(): the heap, to the byte and to the page.
 *
 * The C library keeps what it took from the heap earlier; the cases begin after
 * that, on a page of their own.
 */
#include <kgate/counters.h>
#include <kgate/heap.h>
#include <kgate/signals.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

CASE(where)
{
	begin = 0;
	move_break(0);
}

CASE(grow_by_a_byte)
{
	begin_heap();
	move_break(1);
}

CASE(grow_by_a_page)
{
	begin_heap();
	move_break(pages(1));
}

CASE(grow_by_a_page_and_a_byte)
{
	begin_heap();
	move_break(pages(1) + 1);
}

CASE(grow_within_a_page)
{
	begin_heap();
	check(set_break(begin + 1));
	move_break(page_size() - 1);
}

CASE(grown_is_empty)
{
	begin_heap();
	check(set_break(begin + pages(1)));
	write_content(heap(0, 1), WRITER_ORIGINAL);
	move_break(pages(4));
	observe_text("heap.sees", read_content(heap(0, 4)));
}

static void shrink_to(unsigned long distance)
{
	begin_heap();
	check(set_break(begin + pages(4)) == begin + pages(4));
	write_content(heap(0, 4), WRITER_ORIGINAL);
	move_break(distance);
}

CASE(shrink_by_a_byte)
{
	shrink_to(pages(4) - 1);
}

CASE(shrink_by_a_page)
{
	shrink_to(pages(3));
	observe_text("heap.sees", read_content(heap(0, 3)));
}

CASE(shrink_to_a_byte_of_the_last_page)
{
	shrink_to(pages(3) + 1);
	observe_text("heap.sees", read_content(heap(0, 4)));
}

CASE(shrink_to_the_start)
{
	shrink_to(0);
	observe_text("heap.access", try_read(begin));
}

CASE(shrink_and_grow)
{
	shrink_to(pages(1));
	check(set_break(begin + pages(4)) == begin + pages(4));
	observe_text("heap.sees", read_content(heap(0, 4)));
}

static unsigned long heap_start(void)
{
	static char text[4096];
	FILE *stat = fopen("/proc/self/stat", "re");
	unsigned long start;
	char *field;
	int index;

	check(stat && fgets(text, sizeof(text), stat));
	fclose(stat);
	field = strrchr(text, ')');
	/* After the name come the fields from the third on. */
	for (index = 2; field && index < 47; index++)
		field = strchr(field + 1, ' ');
	check(field && sscanf(field, "%lu", &start) == 1);
	return start;
}

CASE(shrink_below_the_heap)
{
	begin = heap_start() - 1;
	move_break(0);
}

/* Something in the way, one page after the heap. */
static void grow_towards(unsigned long occupied, unsigned long distance)
{
	begin_heap();
	map_over(heap(occupied, 1), PROT_READ);
	move_break(distance);
}

CASE(grow_to_a_page_before_other_memory)
{
	grow_towards(4, pages(3));
}

CASE(grow_to_other_memory)
{
	grow_towards(4, pages(4));
}

CASE(grow_into_other_memory)
{
	grow_towards(4, pages(5));
}

CASE(grow_beyond_other_memory)
{
	grow_towards(4, pages(7));
}

CASE(grow_beyond_address_space)
{
	begin_heap();
	move_break(-pages(1) - begin);
}

static void grow_at(int resource, const char *field, unsigned long count)
{
	begin_heap();
	limit_pages_beyond(resource, field, 2);
	move_break(pages(count));
}

CASE(address_space_limit)
{
	grow_at(RLIMIT_AS, "VmSize", 2);
}

CASE(beyond_address_space_limit)
{
	grow_at(RLIMIT_AS, "VmSize", 3);
}

CASE(data_limit)
{
	grow_at(RLIMIT_DATA, "VmData", 2);
}

CASE(beyond_data_limit)
{
	grow_at(RLIMIT_DATA, "VmData", 3);
}

static void grow_as_user(unsigned long count)
{
	begin_heap();
	limit_pages(RLIMIT_MEMLOCK, 2);
	become_user(USER_CALLER);
	check(mlockall(MCL_FUTURE) == 0);
	move_break(pages(count));
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(locked)
{
	grow_as_user(2);
	observe_text("heap.pages", read_presence(heap(0, 2)));
}

CASE(beyond_lock_limit)
{
	grow_as_user(3);
}

static void observe_counts(long distance)
{
	unsigned long size = status_pages("VmSize");
	unsigned long data = status_pages("VmData");
	unsigned long committed = committed_pages();

	move_break(distance);
	observe_int("caller.size", status_pages("VmSize") - size);
	observe_int("caller.data", status_pages("VmData") - data);
	observe_int("system.committed", committed_pages() - committed);
}

CASE(counts)
{
	begin_heap();
	observe_counts(pages(3));
}

CASE(counts_of_shrinking)
{
	begin_heap();
	check(set_break(begin + pages(3)));
	observe_counts(pages(1));
}

CASE(child_grows)
{
	struct peer *child;

	begin_heap();
	check(set_break(begin + pages(1)));
	write_content(heap(0, 1), WRITER_ORIGINAL);
	child = peer_fork();
	peer_write(child, heap(0, 1), WRITER_CHILD);
	observe_text("heap.sees", read_content(heap(0, 1)));
	observe_text("heap.layout", read_layout(heap(0, 8)));
}

CASE(name)
{
	struct mapping mapping;

	begin_heap();
	check(set_break(begin + pages(2)));
	check(maps_find_at(getpid(), begin + pages(1), &mapping));
	observe_text("heap.name", mapping.name);
	observe_uint("heap.mappings", maps_count_in(getpid(), heap(0, 2)));
}
