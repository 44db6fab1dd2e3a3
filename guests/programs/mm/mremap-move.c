// SPDX-License-Identifier: MIT
/*
 * mremap() to another address: what moves, what stays, and what is in the way.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <kgate/pagemap.h>
#include <kgate/signals.h>
#include <kgate/smaps.h>
#include <limits.h>
#include <unistd.h>

#define PAGES 4

static struct range memory, target;

static void set_up(void)
{
	target = find_hole(PAGES);
	memory = map_original(PAGES);
}

/* The call under test, by pages of the memory and to an address. */
static void move_to(unsigned long first, unsigned long count,
		    unsigned long address)
{
	struct range old = sub_range(memory, first, count);

	observe_call("call", mremap((void *)old.start, old.length, old.length,
				    MREMAP_MAYMOVE | MREMAP_FIXED,
				    (void *)address));
}

static void observe_moved(unsigned long first, unsigned long count)
{
	observe_text("caller.layout", read_layout(memory));
	observe_text("target.layout", read_layout(target));
	observe_text("target.sees",
		     read_content_from(sub_range(target, 0, count), first));
}

static void move_part(unsigned long first, unsigned long count)
{
	set_up();
	move_to(first, count, target.start);
	observe_moved(first, count);
}

CASE(whole)
{
	move_part(0, PAGES);
}

CASE(first_page)
{
	move_part(0, 1);
}

CASE(last_page)
{
	move_part(PAGES - 1, 1);
}

CASE(middle)
{
	move_part(1, 2);
}

CASE(page_that_stays)
{
	set_up();
	move_to(0, PAGES - 1, target.start);
	observe_text("last.sees",
		     read_content_from(sub_range(memory, PAGES - 1, 1),
				       PAGES - 1));
	observe_text("moved.access",
		     try_read(sub_range(memory, PAGES - 2, 1).start));
}

CASE(over_other_memory)
{
	memory = map_original(PAGES);
	target = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	write_content(target, WRITER_OCCUPANT);
	check(mprotect((void *)target.start, target.length, PROT_READ) == 0);
	move_to(0, 2, target.start + pages(1));
	observe_text("target.layout", read_layout(target));
	observe_text("target.sees", read_content(target));
}

CASE(target_not_aligned)
{
	set_up();
	move_to(0, PAGES, target.start + 1);
	observe_untouched(memory);
}

CASE(target_beyond_address_space)
{
	set_up();
	move_to(0, PAGES, ULONG_MAX - pages(8) + 1);
	observe_untouched(memory);
}

/* Move three pages by this many pages within a wide range. */
static void move_by(long distance)
{
	struct range whole = find_hole(16);

	memory = sub_range(whole, 6, 3);
	map_over(memory, READ_WRITE);
	write_content(memory, WRITER_ORIGINAL);
	watch_maps(getpid());
	move_to(0, 3, memory.start + distance * (long)page_size());
	observe_bool("caller.maps_changed", caller_maps_changed());
	observe_text("whole.layout", read_layout(sub_range(whole, 3, 9)));
}

CASE(target_overlaps_last_page)
{
	move_by(2);
}

CASE(target_right_behind)
{
	move_by(3);
}

CASE(target_overlaps_first_page)
{
	move_by(-2);
}

CASE(target_right_before)
{
	move_by(-3);
}

CASE(target_is_the_memory)
{
	move_by(0);
}

CASE(larger_target_overlaps)
{
	struct range whole = find_hole(16);

	memory = sub_range(whole, 6, 3);
	map_over(memory, READ_WRITE);
	write_content(memory, WRITER_ORIGINAL);
	watch_maps(getpid());
	observe_call("call", mremap((void *)memory.start, pages(3), pages(5),
				    MREMAP_MAYMOVE | MREMAP_FIXED,
				    (void *)(memory.start - pages(4))));
	observe_untouched(memory);
}

CASE(grows_on_the_way)
{
	set_up();
	observe_call("call", mremap((void *)memory.start, pages(2), pages(4),
				    MREMAP_MAYMOVE | MREMAP_FIXED,
				    (void *)target.start));
	observe_moved(0, PAGES);
}

CASE(frames)
{
	uint64_t before[PAGES];
	unsigned long page, kept = 0;

	set_up();
	for (page = 0; page < PAGES; page++)
		before[page] = page_state(getpid(),
					  memory.start + pages(page)).frame;
	move_to(0, PAGES, target.start);
	for (page = 0; page < PAGES; page++)
		kept += page_state(getpid(), target.start + pages(page)).frame
			== before[page];
	observe_uint("frames.kept", kept);
	observe_uint("target.resident", pages_present(getpid(), target));
}

CASE(untouched_memory)
{
	target = find_hole(PAGES);
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	move_to(0, PAGES, target.start);
	observe_moved(0, PAGES);
}

CASE(shared_file)
{
	int fd = make_file(PAGES);
	struct mapping mapping;

	target = find_hole(PAGES);
	memory = map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	move_to(2, 2, target.start);
	observe_text("target.sees",
		     read_content_from(sub_range(target, 0, 2), 2));
	check(maps_find_at(getpid(), target.start, &mapping));
	observe_uint("offset", mapping.offset / page_size());
	write_content_from(sub_range(target, 0, 2), WRITER_CALLER, 2);
	observe_text("file.sees",
		     read_content(map_file(fd, PAGES, PROT_READ, MAP_SHARED)));
}

CASE(without_access)
{
	set_up();
	check(mprotect((void *)memory.start, memory.length, PROT_NONE) == 0);
	move_to(0, PAGES, target.start);
	observe_text("target.layout", read_layout(target));
	observe_text("read.access", try_read(target.start));
	check(mprotect((void *)target.start, target.length, PROT_READ) == 0);
	observe_text("target.sees", read_content(target));
}

CASE(advice)
{
	set_up();
	check(madvise((void *)memory.start, memory.length, MADV_DONTFORK) == 0);
	move_to(0, PAGES, target.start);
	observe_bool("target.flagged",
		     smaps_has_flag(getpid(), target.start, "dc"));
}

CASE(locked_memory)
{
	set_up();
	check(mlock((void *)memory.start, memory.length) == 0);
	move_to(0, PAGES, target.start);
	observe_uint("caller.locked", status_pages("VmLck"));
	observe_bool("target.flagged",
		     smaps_has_flag(getpid(), target.start, "lo"));
	observe_text("target.pages", read_presence(target));
}

CASE(part_of_locked_memory)
{
	set_up();
	check(mlock((void *)memory.start, memory.length) == 0);
	move_to(1, 2, target.start);
	observe_uint("caller.locked", status_pages("VmLck"));
}

static void observe_counts(unsigned long first, unsigned long count)
{
	unsigned long size, data, committed;

	set_up();
	size = status_pages("VmSize");
	data = status_pages("VmData");
	committed = committed_pages();
	move_to(first, count, target.start);
	observe_int("caller.size", status_pages("VmSize") - size);
	observe_int("caller.data", status_pages("VmData") - data);
	observe_int("system.committed", committed_pages() - committed);
	unmap(target);
	unmap(memory);
	observe_int("system.committed_at_last", committed_pages() - committed);
}

CASE(counts)
{
	observe_counts(0, PAGES);
}

CASE(counts_of_a_part)
{
	observe_counts(1, 2);
}

CASE(shared_with_child)
{
	struct peer *child;

	set_up();
	child = peer_fork();
	move_to(0, PAGES, target.start);
	write_content(target, WRITER_CALLER);
	observe_text("target.sees", read_content(target));
	observe_text("child.sees", peer_read(child, memory));
}

#define TABLE (2UL << 20)

CASE(whole_page_tables)
{
	unsigned long count = TABLE / page_size();
	struct range space = find_hole(8 * count), first, last;

	space.start = (space.start + 2 * TABLE - 1) & -(2 * TABLE);
	memory = (struct range){ space.start, 2 * TABLE };
	target = (struct range){ space.start + 2 * TABLE, 2 * TABLE };
	map_over(memory, READ_WRITE);
	first = sub_range(memory, 0, 2);
	last = sub_range(memory, 2 * count - 2, 2);
	write_content(first, WRITER_ORIGINAL);
	write_content(last, WRITER_ORIGINAL);
	observe_call("call", mremap((void *)memory.start, memory.length,
				    memory.length,
				    MREMAP_MAYMOVE | MREMAP_FIXED,
				    (void *)target.start));
	observe_text("first.sees", read_content(sub_range(target, 0, 2)));
	observe_text("last.sees",
		     read_content(sub_range(target, 2 * count - 2, 2)));
	observe_text("old.access", try_read(last.start));
}

static void duplicate(int kind)
{
	int fd = make_file(PAGES);

	target = find_hole(PAGES);
	memory = map_file(fd, PAGES, READ_WRITE, kind);
	watch_maps(getpid());
	observe_call("call", mremap((void *)memory.start, 0, memory.length,
				    MREMAP_MAYMOVE | MREMAP_FIXED,
				    (void *)target.start));
	observe_text("caller.layout", read_layout(memory));
	observe_text("target.layout", read_layout(target));
}

CASE(duplicate_shared)
{
	duplicate(MAP_SHARED);
	write_content(memory, WRITER_CALLER);
	observe_text("target.sees", read_content(target));
}

CASE(duplicate_private)
{
	duplicate(MAP_PRIVATE);
}

CASE(target_below_least_address)
{
	set_up();
	write_file("/proc/sys/vm/mmap_min_addr", "65536");
	become_user(USER_CALLER);
	watch_maps(getpid());
	move_to(0, 1, 0);
	observe_untouched(memory);
}

/* A tool that copies what has changed has to find what has moved. */
CASE(soft_dirty)
{
	unsigned long page, count = 0;

	set_up();
	write_file("/proc/self/clear_refs", "4");
	move_to(0, PAGES, target.start);
	for (page = 0; page < PAGES; page++)
		count += page_state(getpid(), sub_range(target, page, 1).start)
			.soft_dirty;
	observe_uint("target.soft_dirty", count);
}
