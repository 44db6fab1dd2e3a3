// SPDX-License-Identifier: MIT
/*
 * madvise(): which pages of a range are advised.
 */
#include <kgate/own-memory.h>
#include <limits.h>
#include <unistd.h>

#define PAGES 4

static struct range memory;

static void advise(unsigned long start, unsigned long length, int advice)
{
	observe_call("call", madvise((void *)start, length, advice));
}

/* Advice whose effect shows at once. */
static void discard(unsigned long offset, unsigned long length)
{
	memory = map_original(PAGES);
	advise(memory.start + offset, length, MADV_DONTNEED);
	observe_untouched(memory);
}

CASE(first_page)
{
	discard(0, pages(1));
}

CASE(last_page)
{
	discard(pages(PAGES - 1), pages(1));
}

CASE(middle)
{
	discard(pages(1), pages(2));
}

CASE(whole)
{
	discard(0, pages(PAGES));
}

CASE(one_byte)
{
	discard(0, 1);
}

CASE(last_partial_page)
{
	discard(0, pages(1) + 1);
}

CASE(length_zero)
{
	discard(0, 0);
}

CASE(length_zero_of_nothing)
{
	advise(find_hole(1).start, 0, MADV_DONTNEED);
}

CASE(not_aligned)
{
	discard(1, pages(1));
}

CASE(length_wraps)
{
	discard(0, ULONG_MAX);
}

CASE(range_wraps)
{
	memory = map_original(PAGES);
	advise(memory.start, -memory.start + pages(1), MADV_DONTNEED);
	observe_untouched(memory);
}

CASE(unknown_advice)
{
	memory = map_original(PAGES);
	advise(memory.start, memory.length, 99);
	observe_untouched(memory);
}

CASE(unknown_advice_of_length_zero)
{
	advise(find_hole(1).start, 0, 99);
}

static void discard_with_hole(unsigned long hole)
{
	memory = map_original(PAGES);
	unmap(sub_range(memory, hole, 1));
	advise(memory.start, memory.length, MADV_DONTNEED);
	map_over(sub_range(memory, hole, 1), READ_WRITE);
	observe_text("caller.sees", read_content(memory));
}

CASE(hole_in_the_middle)
{
	discard_with_hole(2);
}

CASE(hole_at_the_start)
{
	discard_with_hole(0);
}

CASE(hole_at_the_end)
{
	discard_with_hole(PAGES - 1);
}

CASE(nothing_mapped)
{
	struct range hole = find_hole(PAGES);

	advise(hole.start, hole.length, MADV_DONTNEED);
}

CASE(across_two_mappings)
{
	memory = map_original(PAGES);
	check(mprotect((void *)sub_range(memory, 2, 2).start, pages(2),
		       PROT_READ) == 0);
	advise(memory.start + pages(1), pages(2), MADV_DONTNEED);
	observe_text("caller.sees", read_content(memory));
	observe_text("caller.layout", read_layout(memory));
}

CASE(refused_in_the_middle)
{
	memory = map_original(PAGES);
	check(mlock((void *)sub_range(memory, 1, 2).start, pages(2)) == 0);
	advise(memory.start, memory.length, MADV_DONTNEED);
	observe_text("caller.sees", read_content(memory));
}
