// SPDX-License-Identifier: MIT
/*
 * mremap() with MREMAP_DONTUNMAP: the pages move, and their mapping stays.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <kgate/signals.h>
#include <kgate/smaps.h>
#include <kgate/system-limits.h>
#include <sys/resource.h>
#include <unistd.h>

#define PAGES 4

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

static struct range memory, target;

static void keep(unsigned long first, unsigned long old_count,
		 unsigned long new_count, int flags)
{
	observe_call("call", mremap((void *)sub_range(memory, first, 1).start,
				    pages(old_count), pages(new_count),
				    flags | MREMAP_DONTUNMAP,
				    (void *)target.start));
}

static void set_up(void)
{
	target = find_hole(PAGES);
	memory = map_original(PAGES);
}

static void keep_fixed(unsigned long first, unsigned long count)
{
	keep(first, count, count, MREMAP_MAYMOVE | MREMAP_FIXED);
}

CASE(whole)
{
	set_up();
	keep_fixed(0, PAGES);
	observe_text("caller.layout", read_layout(memory));
	observe_text("caller.sees", read_content(memory));
	observe_text("target.layout", read_layout(target));
	observe_text("target.sees", read_content(target));
}

CASE(middle)
{
	set_up();
	keep_fixed(1, 2);
	observe_text("caller.layout", read_layout(memory));
	observe_text("caller.sees", read_content(memory));
	observe_text("target.sees",
		     read_content_from(sub_range(target, 0, 2), 1));
}

CASE(anywhere)
{
	void *moved;

	memory = map_original(PAGES);
	moved = mremap((void *)memory.start, memory.length, memory.length,
		       MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0);
	observe_call("call", moved);
	if (moved == MAP_FAILED)
		return;
	observe_text("caller.sees", read_content(memory));
	observe_text("moved.sees",
		     read_content((struct range){ (unsigned long)moved,
						  memory.length }));
}

CASE(without_maymove)
{
	set_up();
	keep(0, PAGES, PAGES, 0);
	observe_untouched(memory);
}

CASE(grows_on_the_way)
{
	set_up();
	keep(0, 2, 3, MREMAP_MAYMOVE | MREMAP_FIXED);
	observe_untouched(memory);
}

CASE(shrinks_on_the_way)
{
	set_up();
	keep(0, PAGES, 2, MREMAP_MAYMOVE | MREMAP_FIXED);
	observe_untouched(memory);
}

CASE(shared_file)
{
	target = find_hole(PAGES);
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_SHARED);
	keep_fixed(0, PAGES);
	write_content(target, WRITER_CALLER);
	observe_text("caller.sees", read_content(memory));
	observe_text("target.sees", read_content(target));
}

CASE(locked_memory)
{
	set_up();
	check(mlock((void *)memory.start, memory.length) == 0);
	keep_fixed(0, PAGES);
	observe_bool("caller.flagged",
		     smaps_has_flag(getpid(), memory.start, "lo"));
	observe_bool("target.flagged",
		     smaps_has_flag(getpid(), target.start, "lo"));
}

CASE(count_of_locked_memory)
{
	set_up();
	check(mlock((void *)memory.start, memory.length) == 0);
	keep_fixed(0, PAGES);
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(counts)
{
	unsigned long size, committed;

	set_up();
	size = status_pages("VmSize");
	committed = committed_pages();
	keep_fixed(0, PAGES);
	observe_int("caller.size", status_pages("VmSize") - size);
	observe_int("system.committed", committed_pages() - committed);
}

static void keep_at_limit(unsigned long left)
{
	set_up();
	limit_pages_beyond(RLIMIT_AS, "VmSize", left);
	keep_fixed(0, PAGES);
}

CASE(address_space_limit)
{
	keep_at_limit(PAGES);
}

CASE(beyond_address_space_limit)
{
	keep_at_limit(PAGES - 1);
	observe_text("caller.sees", read_content(memory));
}

CASE(write_to_what_stayed)
{
	set_up();
	keep_fixed(0, PAGES);
	write_content(memory, WRITER_CALLER);
	observe_text("caller.sees", read_content(memory));
	observe_text("target.sees", read_content(target));
}

/* What is locked where, after the middle of locked memory moved. */
CASE(middle_of_locked_memory)
{
	set_up();
	check(mlock((void *)memory.start, memory.length) == 0);
	keep_fixed(1, 2);
	observe_bool("first.flagged",
		     smaps_has_flag(getpid(), memory.start, "lo"));
	observe_bool("middle.flagged",
		     smaps_has_flag(getpid(), sub_range(memory, 1, 1).start,
				    "lo"));
	observe_bool("last.flagged",
		     smaps_has_flag(getpid(), sub_range(memory, 3, 1).start,
				    "lo"));
	observe_bool("target.flagged",
		     smaps_has_flag(getpid(), target.start, "lo"));
	observe_uint("caller.locked", status_pages("VmLck"));
	observe_text("target.sees",
		     read_content_from(sub_range(target, 0, 2), 1));
}

static void keep_near(struct range hint)
{
	void *moved = mremap((void *)memory.start, memory.length,
			     memory.length, MREMAP_MAYMOVE | MREMAP_DONTUNMAP,
			     (void *)hint.start);

	observe_call("call", moved);
	observe_bool("placed_there", (unsigned long)moved == hint.start);
	observe_text("caller.sees", read_content(memory));
}

CASE(hint)
{
	set_up();
	keep_near(target);
	observe_text("target.sees", read_content(target));
}

CASE(hint_at_other_memory)
{
	memory = map_original(PAGES);
	target = map_original(PAGES);
	keep_near(target);
	observe_text("target.sees", read_content(target));
}

CASE(over_other_memory)
{
	memory = map_original(PAGES);
	target = map_guarded(PAGES, PROT_READ, MAP_PRIVATE);
	keep_fixed(0, 2);
	observe_text("caller.sees", read_content(memory));
	observe_text("target.layout", read_layout(target));
	observe_text("target.sees", read_content(sub_range(target, 0, 2)));
}

CASE(kernel_pages)
{
	struct mapping vvar;

	if (!maps_find(getpid(), "[vvar]", &vvar))
		skip("this process has no [vvar]");
	target = find_hole(vvar.range.length / page_size());
	observe_call("call", mremap((void *)vvar.range.start,
				    vvar.range.length, vvar.range.length,
				    MREMAP_MAYMOVE | MREMAP_FIXED |
				    MREMAP_DONTUNMAP, (void *)target.start));
}

CASE(target_overlaps)
{
	struct range whole = find_hole(16);

	memory = sub_range(whole, 4, PAGES);
	target = sub_range(whole, 6, PAGES);
	map_over(memory, READ_WRITE);
	write_content(memory, WRITER_ORIGINAL);
	watch_maps(getpid());
	keep_fixed(0, PAGES);
	observe_untouched(memory);
}

/* What stays is like fresh memory, also to memory that is mapped beside it. */
CASE(merges_with_fresh_memory)
{
	struct range whole = find_hole(16);

	memory = sub_range(whole, 4, PAGES);
	target = map_original(PAGES);
	check(mremap((void *)target.start, target.length, target.length,
		     MREMAP_MAYMOVE | MREMAP_FIXED,
		     (void *)memory.start) != MAP_FAILED);
	target = find_hole(PAGES);
	keep_fixed(0, PAGES);
	map_over(sub_range(whole, 8, 2), READ_WRITE);
	write_content(sub_range(whole, 8, 2), WRITER_CALLER);
	observe_text("caller.layout", read_layout(sub_range(whole, 4, 6)));
}

CASE(beyond_commit_limit)
{
	unsigned long committed;

	target = find_hole(8192);
	memory = map_guarded(8192, READ_WRITE, MAP_PRIVATE);
	write_content(sub_range(memory, 0, PAGES), WRITER_ORIGINAL);
	leave_committable(4096);
	committed = committed_pages();
	keep_fixed(0, 8192);
	observe_int("system.committed", committed_pages() - committed);
	observe_text("caller.sees", read_content(sub_range(memory, 0, PAGES)));
}
