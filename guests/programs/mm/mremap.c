// SPDX-License-Identifier: MIT
/*
 * mremap() as its man page describes it, without any other process.
 */
#include <kgate/case.h>
#include <kgate/experiment.h>
#include <kgate/signals.h>

#define PAGES		4
#define READ_WRITE	(PROT_READ | PROT_WRITE)

static struct range memory;

static void set_up(void)
{
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
	write_content(memory, WRITER_ORIGINAL);
	watch_maps(getpid());
}

static unsigned long pages(unsigned long count)
{
	return count * page_size();
}

/* The call under test; the result has no length if it failed. */
static struct range resize(unsigned long start, unsigned long old_length,
			   unsigned long new_length, int flags,
			   unsigned long target)
{
	void *moved = mremap((void *)start, old_length, new_length, flags,
			     (void *)target);

	observe_call("call", moved);
	if (moved == MAP_FAILED)
		return (struct range){ 0, 0 };
	return (struct range){ (unsigned long)moved, new_length };
}

/* For calls that must change nothing. */
static void observe_refused(void)
{
	observe_bool("caller.maps_changed", caller_maps_changed());
	observe_text("caller.sees", read_content(memory));
}

CASE(grow_by_moving)
{
	struct range moved;

	set_up();
	moved = resize(memory.start, memory.length, pages(2 * PAGES),
		       MREMAP_MAYMOVE, 0);
	if (!is_mapped(moved))
		return;
	observe_bool("moved", moved.start != memory.start);
	observe_text("old.access", try_read(memory.start));
	observe_text("caller.sees", read_content(sub_range(moved, 0, PAGES)));
	observe_text("tail.sees", read_content(sub_range(moved, PAGES, PAGES)));
}

CASE(grow_without_room)
{
	set_up();
	resize(memory.start, memory.length, pages(2 * PAGES), 0, 0);
	observe_refused();
}

CASE(shrink)
{
	struct range kept;

	set_up();
	kept = resize(memory.start, memory.length, pages(1), 0, 0);
	if (!is_mapped(kept))
		return;
	observe_bool("moved", kept.start != memory.start);
	observe_text("caller.sees", read_content(kept));
	observe_text("tail.access", try_read(memory.start + pages(1)));
}

CASE(move_to_fixed_address)
{
	struct range hole = find_hole(PAGES), moved;

	set_up();
	moved = resize(memory.start, memory.length, memory.length,
		       MREMAP_MAYMOVE | MREMAP_FIXED, hole.start);
	if (!is_mapped(moved))
		return;
	observe_bool("moved", moved.start == hole.start);
	observe_text("old.access", try_read(memory.start));
	observe_text("caller.sees", read_content(moved));
}

CASE(keep_read_only)
{
	struct range moved;

	set_up();
	check(mprotect((void *)memory.start, memory.length, PROT_READ) == 0);
	moved = resize(memory.start, memory.length, pages(2 * PAGES),
		       MREMAP_MAYMOVE, 0);
	if (!is_mapped(moved))
		return;
	observe_text("caller.permissions",
		     maps_permissions(getpid(), moved.start));
	observe_text("caller.sees", read_content(sub_range(moved, 0, PAGES)));
}

CASE(range_beyond_mapping)
{
	set_up();
	resize(memory.start + pages(1), pages(PAGES), pages(2 * PAGES),
	       MREMAP_MAYMOVE, 0);
	observe_refused();
}

CASE(nothing_mapped)
{
	struct range hole = find_hole(PAGES);

	set_up();
	resize(hole.start, hole.length, pages(2 * PAGES), MREMAP_MAYMOVE, 0);
	observe_refused();
}

CASE(length_zero)
{
	set_up();
	resize(memory.start, memory.length, 0, MREMAP_MAYMOVE, 0);
	observe_refused();
}

CASE(not_aligned)
{
	set_up();
	resize(memory.start + 1, pages(1), pages(2), MREMAP_MAYMOVE, 0);
	observe_refused();
}

CASE(fixed_without_maymove)
{
	struct range hole = find_hole(PAGES);

	set_up();
	resize(memory.start, memory.length, memory.length, MREMAP_FIXED,
	       hole.start);
	observe_refused();
}

CASE(target_overlaps)
{
	set_up();
	resize(memory.start, memory.length, memory.length,
	       MREMAP_MAYMOVE | MREMAP_FIXED, memory.start + pages(1));
	observe_refused();
}

CASE(unknown_flag)
{
	set_up();
	resize(memory.start, memory.length, pages(1), 1 << 10, 0);
	observe_refused();
}
