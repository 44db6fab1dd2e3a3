// SPDX-License-Identifier: MIT
/*
 * mremap() to a larger size, in place and by moving.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <kgate/signals.h>
#include <kgate/smaps.h>
#include <limits.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define PAGES 4

static struct range memory;

/* Two pages with room for two more after them. */
static void set_up(void)
{
	struct range whole = map_original(PAGES);

	unmap(sub_range(whole, 2, 2));
	memory = whole;
	watch_maps(getpid());
}

static struct range resize(unsigned long offset, unsigned long old_length,
			   unsigned long new_length, int flags)
{
	void *start = (void *)(memory.start + offset);
	void *moved = mremap(start, old_length, new_length, flags);

	observe_call("call", moved);
	if (moved == MAP_FAILED)
		return (struct range){ 0, 0 };
	observe_bool("moved", moved != start);
	return (struct range){ (unsigned long)moved, new_length };
}

CASE(by_one_page)
{
	set_up();
	resize(0, pages(2), pages(3), 0);
	observe_text("caller.layout", read_layout(memory));
}

CASE(by_one_byte)
{
	set_up();
	resize(0, pages(2), pages(2) + 1, 0);
	observe_text("caller.layout", read_layout(memory));
}

CASE(into_all_room)
{
	set_up();
	resize(0, pages(2), pages(4), 0);
	observe_text("caller.layout", read_layout(memory));
	observe_text("caller.sees", read_content(memory));
}

CASE(beyond_the_room)
{
	set_up();
	resize(0, pages(2), pages(5), 0);
	observe_bool("caller.maps_changed", caller_maps_changed());
}

CASE(beyond_the_room_by_moving)
{
	struct range moved;

	set_up();
	moved = resize(0, pages(2), pages(5), MREMAP_MAYMOVE);
	observe_text("caller.layout", read_layout(memory));
	if (is_mapped(moved))
		observe_text("moved.sees", read_content(moved));
}

CASE(in_place_although_it_may_move)
{
	set_up();
	resize(0, pages(2), pages(4), MREMAP_MAYMOVE);
	observe_text("caller.layout", read_layout(memory));
}

CASE(up_to_the_next_mapping)
{
	memory = map_original(PAGES);
	unmap(sub_range(memory, 1, 2));
	resize(0, pages(1), pages(3), 0);
	observe_text("caller.layout", read_layout(memory));
	observe_text("caller.sees", read_content(memory));
}

CASE(part_in_place)
{
	memory = map_original(PAGES);
	resize(0, pages(1), pages(2), 0);
	observe_untouched(memory);
}

CASE(first_page_by_moving)
{
	struct range moved;

	memory = map_original(PAGES);
	moved = resize(0, pages(1), pages(2), MREMAP_MAYMOVE);
	observe_text("caller.layout", read_layout(memory));
	observe_text("caller.sees",
		     read_content_from(sub_range(memory, 1, 3), 1));
	if (is_mapped(moved))
		observe_text("moved.sees", read_content(moved));
}

CASE(last_page_in_place)
{
	set_up();
	resize(pages(1), pages(1), pages(3), 0);
	observe_text("caller.layout", read_layout(memory));
	observe_text("caller.sees", read_content(memory));
}

CASE(across_two_mappings)
{
	memory = map_original(PAGES);
	check(mprotect((void *)sub_range(memory, 2, 2).start, pages(2),
		       PROT_READ) == 0);
	watch_maps(getpid());
	resize(0, pages(4), pages(5), MREMAP_MAYMOVE);
	observe_bool("caller.maps_changed", caller_maps_changed());
}

CASE(length_wraps)
{
	set_up();
	resize(0, pages(2), ULONG_MAX, MREMAP_MAYMOVE);
	observe_bool("caller.maps_changed", caller_maps_changed());
}

CASE(length_beyond_address_space)
{
	set_up();
	resize(0, pages(2), 1UL << 62, MREMAP_MAYMOVE);
	observe_bool("caller.maps_changed", caller_maps_changed());
}

CASE(shared_file)
{
	struct range moved;

	memory = map_file(make_file(PAGES), 2, PROT_READ, MAP_SHARED);
	moved = resize(0, pages(2), pages(PAGES), MREMAP_MAYMOVE);
	if (is_mapped(moved))
		observe_text("moved.sees", read_content(moved));
}

CASE(shared_file_in_place)
{
	int fd = make_file(PAGES);

	memory = find_hole(PAGES);
	check(mmap((void *)memory.start, pages(2), READ_WRITE,
		   MAP_SHARED | MAP_FIXED, fd, 0) != MAP_FAILED);
	resize(0, pages(2), pages(PAGES), 0);
	observe_text("caller.layout", read_layout(memory));
	observe_text("caller.sees", read_content(memory));
}

CASE(end_of_shared_file)
{
	struct range moved;

	memory = map_file(make_file(PAGES), PAGES, PROT_READ, MAP_SHARED);
	moved = resize(pages(2), pages(2), pages(3), MREMAP_MAYMOVE);
	if (!is_mapped(moved))
		return;
	observe_text("moved.sees",
		     strcmp(read_content_from(sub_range(moved, 0, 2), 2),
			    "original") ? "other" : "original original");
	observe_text("beyond.access", try_read(moved.start + pages(2)));
}

CASE(locked_memory)
{
	set_up();
	check(mlock((void *)memory.start, pages(2)) == 0);
	resize(0, pages(2), pages(4), 0);
	observe_uint("caller.locked", status_pages("VmLck"));
	observe_text("caller.pages", read_presence(memory));
}

CASE(locked_memory_by_moving)
{
	struct range moved;

	set_up();
	check(mlock((void *)memory.start, pages(2)) == 0);
	moved = resize(0, pages(2), pages(5), MREMAP_MAYMOVE);
	observe_uint("caller.locked", status_pages("VmLck"));
	if (!is_mapped(moved))
		return;
	observe_text("moved.pages", read_presence(moved));
	observe_bool("moved.flagged",
		     smaps_has_flag(getpid(), moved.start, "lo"));
}

static void grow_locked_as_user(unsigned long count)
{
	set_up();
	check(mlock((void *)memory.start, pages(2)) == 0);
	limit_pages(RLIMIT_MEMLOCK, 3);
	become_user(USER_CALLER);
	resize(0, pages(2), pages(count), 0);
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(lock_limit)
{
	grow_locked_as_user(3);
}

CASE(beyond_lock_limit)
{
	grow_locked_as_user(4);
}

static void grow_at(int resource, const char *field, unsigned long count)
{
	set_up();
	limit_pages_beyond(resource, field, 1);
	resize(0, pages(2), pages(count), 0);
	observe_text("caller.layout", read_layout(memory));
}

CASE(address_space_limit)
{
	grow_at(RLIMIT_AS, "VmSize", 3);
}

CASE(beyond_address_space_limit)
{
	grow_at(RLIMIT_AS, "VmSize", 4);
}

CASE(beyond_data_limit)
{
	grow_at(RLIMIT_DATA, "VmData", 4);
}

static void observe_counts(unsigned long new_pages)
{
	unsigned long size, data, committed;

	set_up();
	size = status_pages("VmSize");
	data = status_pages("VmData");
	committed = committed_pages();
	resize(0, pages(2), pages(new_pages), MREMAP_MAYMOVE);
	observe_int("caller.size", status_pages("VmSize") - size);
	observe_int("caller.data", status_pages("VmData") - data);
	observe_int("system.committed", committed_pages() - committed);
}

CASE(counts)
{
	observe_counts(4);
}

CASE(counts_by_moving)
{
	observe_counts(8);
}

CASE(kernel_pages)
{
	struct mapping vvar;

	if (!maps_find(getpid(), "[vvar]", &vvar))
		skip("this process has no [vvar]");
	memory = vvar.range;
	resize(0, memory.length, memory.length + page_size(), MREMAP_MAYMOVE);
}
