// SPDX-License-Identifier: MIT
/*
 * mprotect() as its man page describes it, without any other process.
 */
#include <kgate/case.h>
#include <kgate/experiment.h>
#include <kgate/signals.h>
#include <fcntl.h>

#define PAGES		3
#define READ_WRITE	(PROT_READ | PROT_WRITE)

static struct range memory;

static void set_up(void)
{
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
	write_content(memory, WRITER_ORIGINAL);
	watch_maps(getpid());
}

static void protect(unsigned long start, unsigned long length, int protection)
{
	observe_call("call", mprotect((void *)start, length, protection));
}

CASE(take_write_access)
{
	set_up();
	protect(memory.start, memory.length, PROT_READ);
	observe_text("caller.access", try_write(memory.start));
	observe_text("caller.sees", read_content(memory));
}

CASE(give_write_access_back)
{
	set_up();
	check(mprotect((void *)memory.start, memory.length, PROT_NONE) == 0);
	protect(memory.start, memory.length, READ_WRITE);
	observe_text("caller.sees", read_content(memory));
	observe_text("caller.access", try_write(memory.start));
	observe_uint("caller.mappings", maps_count_in(getpid(), memory));
}

CASE(middle_page)
{
	struct range middle;

	set_up();
	middle = sub_range(memory, 1, 1);
	protect(middle.start, middle.length, PROT_READ);
	observe_uint("caller.mappings", maps_count_in(getpid(), memory));
	observe_text("first.permissions",
		     maps_permissions(getpid(), memory.start));
	observe_text("middle.permissions",
		     maps_permissions(getpid(), middle.start));
	observe_text("last.permissions",
		     maps_permissions(getpid(), middle.start + page_size()));
}

CASE(nothing_mapped)
{
	struct range hole = find_hole(PAGES);

	set_up();
	protect(hole.start, hole.length, PROT_READ);
	observe_bool("caller.maps_changed", caller_maps_changed());
}

CASE(not_aligned)
{
	set_up();
	protect(memory.start + 1, page_size(), PROT_READ);
	observe_bool("caller.maps_changed", caller_maps_changed());
}

CASE(unknown_protection)
{
	set_up();
	protect(memory.start, memory.length, 1 << 20);
	observe_bool("caller.maps_changed", caller_maps_changed());
}

CASE(write_access_to_read_only_file)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	void *file;

	check(fd >= 0);
	file = mmap(NULL, page_size(), PROT_READ, MAP_SHARED, fd, 0);
	check(file != MAP_FAILED);
	set_up();
	protect((unsigned long)file, page_size(), READ_WRITE);
	observe_bool("caller.maps_changed", caller_maps_changed());
}
