// SPDX-License-Identifier: MIT
/*
 * mremap() to a smaller size: every page beyond the new length goes, and no
 * other.
 */
#include <kgate/own-memory.h>
#include <kgate/signals.h>
#include <unistd.h>

#define PAGES 4

static struct range memory;

static void resize(unsigned long offset, unsigned long old_length,
		   unsigned long new_length, int flags)
{
	void *start = (void *)(memory.start + offset);
	void *kept = mremap(start, old_length, new_length, flags);

	observe_call("call", kept);
	observe_bool("moved", kept != start);
	observe_text("caller.layout", read_layout(memory));
}

static void shrink(unsigned long new_length)
{
	memory = map_original(PAGES);
	resize(0, memory.length, new_length, 0);
}

CASE(by_one_page)
{
	shrink(pages(PAGES - 1));
	observe_text("caller.sees",
		     read_content(sub_range(memory, 0, PAGES - 1)));
	observe_text("last.access",
		     try_read(sub_range(memory, PAGES - 1, 1).start));
}

CASE(to_one_page)
{
	shrink(pages(1));
	observe_text("caller.sees", read_content(sub_range(memory, 0, 1)));
}

CASE(to_one_byte)
{
	shrink(1);
}

CASE(to_a_partial_page)
{
	shrink(pages(1) + 1);
}

CASE(by_less_than_a_page)
{
	shrink(pages(PAGES) - 1);
	observe_text("caller.sees", read_content(memory));
}

CASE(to_the_same_size)
{
	shrink(pages(PAGES));
	observe_text("caller.sees", read_content(memory));
}

CASE(old_length_of_a_partial_page)
{
	memory = map_original(PAGES);
	resize(0, pages(3) + 1, pages(2), 0);
}

CASE(part_before_the_end)
{
	memory = map_original(PAGES);
	resize(0, pages(3), pages(1), 0);
	observe_text("last.sees",
		     read_content_from(sub_range(memory, 3, 1), 3));
}

CASE(part_at_the_end)
{
	memory = map_original(PAGES);
	resize(pages(1), pages(3), pages(2), 0);
}

CASE(may_move)
{
	memory = map_original(PAGES);
	resize(0, memory.length, pages(2), MREMAP_MAYMOVE);
}

CASE(shared_file)
{
	int fd = make_file(PAGES);

	memory = map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	resize(0, memory.length, pages(2), 0);
	observe_text("file.sees",
		     read_content(map_file(fd, PAGES, PROT_READ, MAP_SHARED)));
}

CASE(and_grow_again)
{
	shrink(pages(1));
	observe_call("grown", mremap((void *)memory.start, pages(1),
				     memory.length, 0));
	observe_text("caller.sees", read_content(memory));
}

CASE(locked_memory)
{
	memory = map_original(PAGES);
	check(mlock((void *)memory.start, memory.length) == 0);
	resize(0, memory.length, pages(1), 0);
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(counts)
{
	unsigned long size, data, committed;

	memory = map_original(PAGES);
	size = status_pages("VmSize");
	data = status_pages("VmData");
	committed = committed_pages();
	resize(0, memory.length, pages(1), 0);
	observe_int("caller.size", status_pages("VmSize") - size);
	observe_int("caller.data", status_pages("VmData") - data);
	observe_int("system.committed", committed_pages() - committed);
}

static void shrink_to_fixed(unsigned long new_length)
{
	struct range hole = find_hole(PAGES);

	memory = map_original(PAGES);
	observe_call("call", mremap((void *)memory.start, memory.length,
				    new_length, MREMAP_MAYMOVE | MREMAP_FIXED,
				    (void *)hole.start));
	observe_text("caller.layout", read_layout(memory));
	observe_text("target.layout", read_layout(hole));
	observe_text("target.sees",
		     read_content((struct range){ hole.start, new_length }));
}

CASE(and_move_by_one_page)
{
	shrink_to_fixed(pages(PAGES - 1));
}

CASE(and_move_to_one_page)
{
	shrink_to_fixed(pages(1));
}
