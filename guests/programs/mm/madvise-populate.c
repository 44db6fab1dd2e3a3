// SPDX-License-Identifier: MIT
/*
 * madvise(): pages that are to be present before anything touches them.
 */
#include <kgate/own-memory.h>
#include <kgate/pagemap.h>
#include <unistd.h>

#define PAGES 4

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ	22
#define MADV_POPULATE_WRITE	23
#endif

static struct range memory;

static void populate(unsigned long first, unsigned long count, int advice)
{
	observe_call("call", madvise((void *)sub_range(memory, first, 1).start,
				     pages(count), advice));
}

static void populate_fresh(unsigned long first, unsigned long count,
			   int advice)
{
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	populate(first, count, advice);
	observe_text("caller.pages", read_presence(memory));
}

CASE(read_whole)
{
	populate_fresh(0, PAGES, MADV_POPULATE_READ);
}

CASE(write_whole)
{
	populate_fresh(0, PAGES, MADV_POPULATE_WRITE);
}

CASE(write_first_page)
{
	populate_fresh(0, 1, MADV_POPULATE_WRITE);
}

CASE(write_last_page)
{
	populate_fresh(PAGES - 1, 1, MADV_POPULATE_WRITE);
}

CASE(write_last_partial_page)
{
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	observe_call("call", madvise((void *)memory.start, pages(1) + 1,
				     MADV_POPULATE_WRITE));
	observe_text("caller.pages", read_presence(memory));
}

CASE(write_private_file)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_PRIVATE);
	populate(0, PAGES, MADV_POPULATE_WRITE);
	observe_bool("caller.copied",
		     !page_state(getpid(), memory.start).file_or_shared);
	observe_text("caller.sees", read_content(memory));
}

CASE(read_private_file)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_PRIVATE);
	populate(0, PAGES, MADV_POPULATE_READ);
	observe_text("caller.pages", read_presence(memory));
	observe_bool("caller.copied",
		     !page_state(getpid(), memory.start).file_or_shared);
}

CASE(write_memory_in_use)
{
	memory = map_original(PAGES);
	populate(0, PAGES, MADV_POPULATE_WRITE);
	observe_text("caller.sees", read_content(memory));
}

CASE(write_read_only_memory)
{
	memory = map_guarded(PAGES, PROT_READ, MAP_PRIVATE);
	populate(0, PAGES, MADV_POPULATE_WRITE);
	observe_text("caller.pages", read_presence(memory));
}

CASE(read_without_access)
{
	memory = map_guarded(PAGES, PROT_NONE, MAP_PRIVATE);
	populate(0, PAGES, MADV_POPULATE_READ);
	observe_text("caller.pages", read_presence(memory));
}

CASE(write_hole)
{
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	unmap(sub_range(memory, 2, 1));
	populate(0, PAGES, MADV_POPULATE_WRITE);
	observe_text("first.pages", read_presence(sub_range(memory, 0, 2)));
}

CASE(read_beyond_end_of_file)
{
	memory = map_file(make_file(2), PAGES, PROT_READ, MAP_SHARED);
	populate(0, PAGES, MADV_POPULATE_READ);
	observe_text("first.pages", read_presence(sub_range(memory, 0, 2)));
}

CASE(read_kernel_pages)
{
	struct mapping vvar;

	if (!maps_find(getpid(), "[vvar]", &vvar))
		skip("this process has no [vvar]");
	memory = vvar.range;
	populate(0, 1, MADV_POPULATE_READ);
}

CASE(write_shared_with_child)
{
	struct peer *child;

	memory = map_original(PAGES);
	child = peer_fork();
	populate(0, PAGES, MADV_POPULATE_WRITE);
	observe_uint("frames.shared",
		     pages_shared(getpid(), memory, peer_pid(child), memory));
	observe_text("child.sees", peer_read(child, memory));
}
