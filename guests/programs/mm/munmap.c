// SPDX-License-Identifier: MIT
/*
 * munmap(): which pages go, and what is left around them.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <kgate/signals.h>
#include <kgate/system-limits.h>
#include <limits.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGES 4

#ifndef MLOCK_ONFAULT
#define MLOCK_ONFAULT 1
#endif

static struct range memory;

static void unmap_bytes(unsigned long start, unsigned long length)
{
	observe_call("call", munmap((void *)start, length));
}

/* Unmap some of four pages; the rest must keep their content. */
static void unmap_pages(unsigned long first, unsigned long count)
{
	memory = map_original(PAGES);
	unmap_bytes(sub_range(memory, first, count).start, pages(count));
	observe_text("caller.layout", read_layout(memory));
	if (first > 0)
		observe_text("before.sees",
			     read_content(sub_range(memory, 0, first)));
	if (first + count < PAGES)
		observe_text("behind.sees",
			     read_content_from(sub_range(memory, first + count,
							 PAGES - first - count),
					       first + count));
}

CASE(whole)
{
	unmap_pages(0, PAGES);
}

CASE(first_page)
{
	unmap_pages(0, 1);
}

CASE(last_page)
{
	unmap_pages(PAGES - 1, 1);
}

CASE(middle_page)
{
	unmap_pages(1, 1);
}

static void unmap_length(unsigned long length)
{
	memory = map_original(PAGES);
	unmap_bytes(memory.start, length);
	observe_text("caller.layout", read_layout(memory));
}

CASE(one_byte)
{
	unmap_length(1);
}

CASE(last_partial_page)
{
	unmap_length(pages(2) + 1);
}

CASE(two_pages_less_a_byte)
{
	unmap_length(pages(2) - 1);
}

static void unmap_refused(unsigned long offset, unsigned long length)
{
	memory = map_original(PAGES);
	unmap_bytes(memory.start + offset, length);
	observe_untouched(memory);
}

CASE(length_zero)
{
	unmap_refused(0, 0);
}

CASE(not_aligned)
{
	unmap_refused(1, pages(1));
}

CASE(length_wraps)
{
	unmap_refused(0, ULONG_MAX);
}

CASE(range_wraps)
{
	memory = map_original(PAGES);
	unmap_bytes(memory.start, -memory.start + pages(1));
	observe_untouched(memory);
}

CASE(beyond_address_space)
{
	memory = map_original(PAGES);
	unmap_bytes(ULONG_MAX - pages(4) + 1, pages(1));
	observe_untouched(memory);
}

CASE(nothing_mapped)
{
	struct range hole = find_hole(PAGES);

	watch_maps(getpid());
	unmap_bytes(hole.start, hole.length);
	observe_bool("caller.maps_changed", caller_maps_changed());
}

CASE(across_a_hole)
{
	memory = map_original(PAGES);
	unmap(sub_range(memory, 1, 1));
	unmap_bytes(memory.start, pages(3));
	observe_text("caller.layout", read_layout(memory));
}

CASE(starts_in_a_hole)
{
	memory = map_original(PAGES);
	unmap(sub_range(memory, 0, 2));
	unmap_bytes(memory.start, pages(3));
	observe_text("caller.layout", read_layout(memory));
	observe_text("behind.sees",
		     read_content_from(sub_range(memory, 3, 1), 3));
}

CASE(ends_in_a_hole)
{
	memory = map_original(PAGES);
	unmap(sub_range(memory, 2, 2));
	unmap_bytes(memory.start + pages(1), pages(3));
	observe_text("caller.layout", read_layout(memory));
	observe_text("before.sees", read_content(sub_range(memory, 0, 1)));
}

CASE(across_two_mappings)
{
	memory = map_original(PAGES);
	check(mprotect((void *)sub_range(memory, 2, 2).start, pages(2),
		       PROT_READ) == 0);
	unmap_bytes(memory.start + pages(1), pages(2));
	observe_text("caller.layout", read_layout(memory));
	observe_text("before.sees", read_content(sub_range(memory, 0, 1)));
	observe_text("behind.sees",
		     read_content_from(sub_range(memory, 3, 1), 3));
}

CASE(whole_mapping_between_two)
{
	memory = map_original(PAGES);
	check(mprotect((void *)memory.start, pages(1), PROT_READ) == 0);
	check(mprotect((void *)sub_range(memory, 3, 1).start, pages(1),
		       PROT_READ) == 0);
	unmap_bytes(memory.start + pages(1), pages(2));
	observe_text("caller.layout", read_layout(memory));
}

CASE(access_afterwards)
{
	memory = map_original(PAGES);
	unmap_bytes(memory.start + pages(1), pages(2));
	observe_text("before.access", try_write(memory.start));
	observe_text("first.access", try_write(memory.start + pages(1)));
	observe_text("last.access", try_write(memory.start + pages(2)));
	observe_text("behind.access", try_write(memory.start + pages(3)));
}

CASE(part_of_a_file)
{
	int fd = make_file(PAGES);

	memory = map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	unmap_bytes(memory.start, pages(2));
	observe_text("caller.layout", read_layout(memory));
	observe_text("behind.sees",
		     read_content_from(sub_range(memory, 2, 2), 2));
	observe_text("file.sees",
		     read_content(map_file(fd, PAGES, PROT_READ, MAP_SHARED)));
}

CASE(counts)
{
	unsigned long size, data, committed;

	memory = map_original(PAGES);
	size = status_pages("VmSize");
	data = status_pages("VmData");
	committed = committed_pages();
	unmap_bytes(memory.start, pages(2));
	observe_int("caller.size", status_pages("VmSize") - size);
	observe_int("caller.data", status_pages("VmData") - data);
	observe_int("system.committed", committed_pages() - committed);
}

CASE(locked_memory)
{
	memory = map_original(PAGES);
	check(mlock((void *)memory.start, memory.length) == 0);
	unmap_bytes(memory.start + pages(1), pages(2));
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(locked_on_fault)
{
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	check(syscall(SYS_mlock2, memory.start, memory.length,
		      MLOCK_ONFAULT) == 0);
	unmap_bytes(memory.start + pages(1), pages(2));
	observe_uint("caller.locked", status_pages("VmLck"));
}

/* Mapping over memory unmaps it first. */
CASE(replaced_locked_on_fault)
{
	void *start;

	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	check(syscall(SYS_mlock2, memory.start, memory.length,
		      MLOCK_ONFAULT) == 0);
	start = mmap((void *)sub_range(memory, 1, 2).start, pages(2),
		     READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	observe_call("call", start);
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(child_keeps_it)
{
	struct peer *child;

	memory = map_original(PAGES);
	child = peer_fork();
	unmap_bytes(memory.start, memory.length);
	observe_text("caller.layout", read_layout(memory));
	observe_text("child.sees", peer_read(child, memory));
}

CASE(parent_keeps_it)
{
	struct peer *child;

	memory = map_original(PAGES);
	child = peer_fork();
	peer_unmap(child, memory);
	observe_text("child.access", peer_try_read(child, memory.start));
	observe_text("caller.sees", read_content(memory));
}

CASE(middle_with_room_for_one_mapping)
{
	memory = map_original(PAGES);
	leave_mappings(1);
	unmap_bytes(sub_range(memory, 1, 1).start, pages(1));
	observe_text("caller.layout", read_layout(memory));
}

/* Both ends are cut, and three mappings become two. */
CASE(across_mappings_at_mapping_limit)
{
	memory = map_original(PAGES);
	check(mprotect((void *)sub_range(memory, 2, 2).start, pages(2),
		       PROT_READ) == 0);
	leave_mappings(0);
	unmap_bytes(sub_range(memory, 1, 2).start, pages(2));
	observe_text("caller.layout", read_layout(memory));
}

CASE(end_of_address_space)
{
	memory = (struct range){ address_limit() - pages(2), pages(2) };
	map_over(memory, READ_WRITE);
	unmap_bytes(memory.start, memory.length);
	observe_text("caller.layout", read_layout(memory));
}

CASE(beyond_end_of_address_space)
{
	memory = (struct range){ address_limit() - pages(2), pages(2) };
	map_over(memory, READ_WRITE);
	unmap_bytes(memory.start, pages(3));
	observe_text("caller.layout", read_layout(memory));
}

CASE(kernel_pages_in_part)
{
	struct mapping vvar;

	if (!maps_find(getpid(), "[vvar]", &vvar) ||
	    vvar.range.length < pages(2))
		skip("this process has no [vvar] of two pages");
	unmap_bytes(vvar.range.start, pages(1));
}

CASE(counts_across_mappings)
{
	unsigned long size, data, committed;

	memory = map_original(PAGES);
	check(mprotect((void *)sub_range(memory, 2, 2).start, pages(2),
		       PROT_READ) == 0);
	check(mmap((void *)sub_range(memory, 3, 1).start, pages(1), READ_WRITE,
		   PRIVATE | MAP_FIXED | MAP_NORESERVE, -1, 0) != MAP_FAILED);
	size = status_pages("VmSize");
	data = status_pages("VmData");
	committed = committed_pages();
	unmap_bytes(sub_range(memory, 1, 3).start, pages(3));
	observe_int("caller.size", status_pages("VmSize") - size);
	observe_int("caller.data", status_pages("VmData") - data);
	observe_int("system.committed", committed_pages() - committed);
}

CASE(page_tables)
{
	struct range space = find_hole(64 * 512);
	unsigned long before = status_kb(getpid(), "VmPTE"), at, tables;

	map_over(space, READ_WRITE);
	check(madvise((void *)space.start, space.length,
		      MADV_NOHUGEPAGE) == 0 || errno == EINVAL);
	for (at = 0; at < 64 * 512; at += 512)
		*(volatile char *)sub_range(space, at, 1).start = 1;
	tables = status_kb(getpid(), "VmPTE") - before;
	unmap_bytes(space.start, space.length);
	observe_bool("tables.made", tables >= 63 * page_size() / 1024);
	/* Those at both ends stay, on each level, if others use them. */
	observe_bool("tables.freed", status_kb(getpid(), "VmPTE") <=
				     before + 8 * page_size() / 1024);
}

CASE(counts_of_shared_memory)
{
	unsigned long committed;

	memory = map_guarded(PAGES, READ_WRITE, MAP_SHARED);
	committed = committed_pages();
	unmap_bytes(memory.start, memory.length);
	observe_int("system.committed", committed_pages() - committed);
}

/* The object behind it is as large as before. */
CASE(counts_of_part_of_shared_memory)
{
	unsigned long committed;

	memory = map_guarded(PAGES, READ_WRITE, MAP_SHARED);
	committed = committed_pages();
	unmap_bytes(memory.start, pages(2));
	observe_int("system.committed", committed_pages() - committed);
}
