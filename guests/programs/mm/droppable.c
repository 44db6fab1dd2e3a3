// SPDX-License-Identifier: MIT
/*
 * MAP_DROPPABLE: memory that the kernel may empty at any time, and that is
 * therefore not reserved, locked, dumped or inherited.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <kgate/smaps.h>
#include <unistd.h>

#define PAGES 4

#ifndef MAP_DROPPABLE
#define MAP_DROPPABLE 0x08	/* new in 6.11 */
#endif

static struct range memory;

static void map(int flags)
{
	void *start = mmap(NULL, pages(PAGES), READ_WRITE,
			   MAP_ANONYMOUS | MAP_DROPPABLE | flags, -1, 0);

	observe_call("call", start);
	memory = (struct range){ (unsigned long)start, pages(PAGES) };
}

static void set_up(void)
{
	void *start = mmap(NULL, pages(PAGES), READ_WRITE,
			   MAP_ANONYMOUS | MAP_DROPPABLE, -1, 0);

	check(start != MAP_FAILED);
	memory = (struct range){ (unsigned long)start, pages(PAGES) };
}

static bool has(const char *code)
{
	return smaps_has_flag(getpid(), memory.start, code);
}

CASE(flags)
{
	map(0);
	observe_bool("droppable", has("dp"));
	observe_bool("left_out_of_dumps", has("dd"));
	observe_bool("emptied_in_children", has("wf"));
	observe_bool("not_reserved", has("nr"));
}

CASE(counts)
{
	unsigned long committed = committed_pages();
	unsigned long data = status_pages("VmData");

	map(0);
	observe_int("system.committed", committed_pages() - committed);
	observe_int("caller.data", status_pages("VmData") - data);
}

CASE(locked)
{
	map(MAP_LOCKED);
}

CASE(grows_down)
{
	map(MAP_GROWSDOWN);
}

CASE(huge_pages)
{
	map(MAP_HUGETLB);
}

CASE(file)
{
	observe_call("call", mmap(NULL, pages(1), READ_WRITE, MAP_DROPPABLE,
				  make_file(1), 0));
}

CASE(locked_later)
{
	set_up();
	observe_call("call", mlock((void *)memory.start, memory.length));
	observe_bool("locked", has("lo"));
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(where_new_memory_is_locked)
{
	check(mlockall(MCL_FUTURE) == 0);
	map(0);
	observe_bool("locked", has("lo"));
	observe_uint("caller.locked", status_pages("VmLck"));
}

static void advise(int advice)
{
	set_up();
	observe_call("call", madvise((void *)memory.start, memory.length,
				     advice));
	observe_bool("left_out_of_dumps", has("dd"));
	observe_bool("emptied_in_children", has("wf"));
}

CASE(kept_in_children)
{
	advise(MADV_KEEPONFORK);
}

CASE(put_into_dumps)
{
	advise(MADV_DODUMP);
}
