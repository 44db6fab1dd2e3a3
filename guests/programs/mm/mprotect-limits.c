// SPDX-License-Identifier: MIT
/*
 * mprotect(): limits that are exceeded already, failures that must leave no
 * trace, and pages that are to be writable at once.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <kgate/pagemap.h>
#include <kgate/smaps.h>
#include <kgate/system-limits.h>
#include <sys/resource.h>
#include <unistd.h>

#define PAGES 4

static struct range memory;

static void protect(unsigned long first, unsigned long count, int protection)
{
	observe_call("call", mprotect((void *)sub_range(memory, first, 1).start,
				      pages(count), protection));
	observe_text("caller.layout", read_layout(memory));
}

static void limit_to_nothing(int resource)
{
	struct rlimit limit = { page_size(), page_size() };

	check(setrlimit(resource, &limit) == 0);
}

CASE(writable_beyond_address_space_limit)
{
	memory = map_guarded(PAGES, PROT_READ, MAP_PRIVATE);
	limit_to_nothing(RLIMIT_AS);
	protect(0, PAGES, READ_WRITE);
}

CASE(executable_beyond_data_limit)
{
	memory = map_original(PAGES);
	limit_to_nothing(RLIMIT_DATA);
	protect(0, PAGES, READ_WRITE | PROT_EXEC);
}

CASE(read_only_beyond_data_limit)
{
	memory = map_original(PAGES);
	limit_to_nothing(RLIMIT_DATA);
	protect(0, PAGES, PROT_READ);
}

CASE(shared_beyond_data_limit)
{
	memory = map_guarded(PAGES, PROT_READ, MAP_SHARED);
	limit_to_nothing(RLIMIT_DATA);
	protect(0, PAGES, READ_WRITE);
}

/* A page in the middle, which makes three mappings of one. */
static void protect_middle(int before, int after, int room)
{
	unsigned long committed, data;

	memory = map_guarded(PAGES, before, MAP_PRIVATE);
	committed = committed_pages();
	data = status_pages("VmData");
	leave_mappings(room);
	protect(1, 1, after);
	observe_int("system.committed", committed_pages() - committed);
	observe_int("caller.data", status_pages("VmData") - data);
}

CASE(becomes_writable_without_room_for_mappings)
{
	protect_middle(PROT_READ, READ_WRITE, 0);
}

CASE(becomes_writable_with_room_for_one_mapping)
{
	protect_middle(PROT_READ, READ_WRITE, 1);
}

CASE(becomes_writable_with_room_for_two_mappings)
{
	protect_middle(PROT_READ, READ_WRITE, 2);
}

CASE(beyond_commit_limit)
{
	unsigned long committed;

	memory = map_guarded(8192, PROT_READ, MAP_PRIVATE);
	leave_committable(4096);
	committed = committed_pages();
	protect(0, 8192, READ_WRITE);
	observe_int("system.committed", committed_pages() - committed);
}

/* How many pages of the memory fault when they are written. */
static void observe_faults(void)
{
	unsigned long page, before = minor_faults();

	for (page = 0; page < PAGES; page++)
		*(volatile long *)sub_range(memory, page, 1).start = 1;
	observe_uint("write.faults", minor_faults() - before);
}

CASE(locked_becomes_writable)
{
	memory = map_guarded(PAGES, PROT_READ, MAP_PRIVATE);
	check(mlock((void *)memory.start, memory.length) == 0);
	protect(0, PAGES, READ_WRITE);
	observe_faults();
}

CASE(locked_file_becomes_writable)
{
	struct page_state page;

	memory = map_file(make_file(PAGES), PAGES, PROT_READ, MAP_PRIVATE);
	check(mlock((void *)memory.start, memory.length) == 0);
	protect(0, PAGES, READ_WRITE);
	page = page_state(getpid(), sub_range(memory, 3, 1).start);
	observe_bool("caller.copied", page.present && !page.file_or_shared);
	observe_text("caller.sees", read_content(memory));
}

CASE(locked_shared_file_becomes_writable)
{
	memory = map_file(make_file(PAGES), PAGES, PROT_READ, MAP_SHARED);
	check(mlock((void *)memory.start, memory.length) == 0);
	protect(0, PAGES, READ_WRITE);
	observe_bool("caller.copied",
		     !page_state(getpid(), memory.start).file_or_shared);
	observe_text("caller.sees", read_content(memory));
}

CASE(written_memory_becomes_writable_again)
{
	memory = map_original(PAGES);
	check(mprotect((void *)memory.start, memory.length, PROT_READ) == 0);
	protect(0, PAGES, READ_WRITE);
	observe_faults();
}

CASE(upwards)
{
	memory = map_original(PAGES);
	protect(0, 1, PROT_READ | PROT_GROWSUP);
}

CASE(write_only)
{
	memory = map_original(PAGES);
	protect(0, PAGES, PROT_WRITE);
}

CASE(part_of_file_keeps_its_offset)
{
	struct mapping mapping;

	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_SHARED);
	protect(2, 1, PROT_READ);
	check(maps_find_at(getpid(), sub_range(memory, 3, 1).start, &mapping));
	observe_uint("last.offset", mapping.offset / page_size());
	check(madvise((void *)memory.start, memory.length,
		      MADV_DONTNEED) == 0);
	observe_text("caller.sees", read_content(memory));
}

CASE(kernel_pages)
{
	struct mapping vvar;

	if (!maps_find(getpid(), "[vvar]", &vvar))
		skip("this process has no [vvar]");
	observe_call("call", mprotect((void *)vvar.range.start, page_size(),
				      READ_WRITE));
}

CASE(counts_across_two_mappings)
{
	unsigned long committed, data;

	memory = map_guarded(PAGES, PROT_READ, MAP_PRIVATE);
	check(mprotect((void *)sub_range(memory, 2, 2).start, pages(2),
		       PROT_NONE) == 0);
	committed = committed_pages();
	data = status_pages("VmData");
	protect(1, 2, READ_WRITE);
	observe_int("system.committed", committed_pages() - committed);
	observe_int("caller.data", status_pages("VmData") - data);
}
