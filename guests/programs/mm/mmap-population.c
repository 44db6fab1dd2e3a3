// SPDX-License-Identifier: MIT
/*
 * mmap(): which pages are present at once, and how they are counted.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <kgate/pagemap.h>
#include <kgate/smaps.h>
#include <kgate/system-limits.h>
#include <unistd.h>

#define PAGES 4

#ifndef MCL_ONFAULT
#define MCL_ONFAULT 4
#endif

static struct range map(int protection, int flags)
{
	void *start = mmap(NULL, pages(PAGES), protection,
			   flags | MAP_ANONYMOUS, -1, 0);

	observe_call("call", start);
	if (start == MAP_FAILED)
		return (struct range){ 0, 0 };
	return (struct range){ (unsigned long)start, pages(PAGES) };
}

static void observe_presence(int protection, int flags)
{
	struct range memory = map(protection, flags);

	if (is_mapped(memory))
		observe_text("caller.pages", read_presence(memory));
}

CASE(nothing_populated)
{
	observe_presence(READ_WRITE, MAP_PRIVATE);
}

CASE(populated)
{
	observe_presence(READ_WRITE, MAP_PRIVATE | MAP_POPULATE);
}

CASE(populated_read_only)
{
	observe_presence(PROT_READ, MAP_PRIVATE | MAP_POPULATE);
}

CASE(populated_shared)
{
	observe_presence(READ_WRITE, MAP_SHARED | MAP_POPULATE);
}

CASE(populated_without_access)
{
	observe_presence(PROT_NONE, MAP_PRIVATE | MAP_POPULATE);
}

CASE(populated_without_waiting)
{
	observe_presence(READ_WRITE, MAP_PRIVATE | MAP_POPULATE | MAP_NONBLOCK);
}

CASE(populated_private_file)
{
	int fd = make_file(PAGES);
	void *start = mmap(NULL, pages(PAGES), READ_WRITE,
			   MAP_PRIVATE | MAP_POPULATE, fd, 0);
	struct range memory = { (unsigned long)start, pages(PAGES) };
	unsigned long last = sub_range(memory, PAGES - 1, 1).start;

	observe_call("call", start);
	observe_text("caller.pages", read_presence(memory));
	observe_bool("caller.copied",
		     !page_state(getpid(), last).file_or_shared);
	observe_text("caller.sees", read_content(memory));
}

CASE(populated_shared_file)
{
	void *start = mmap(NULL, pages(PAGES), PROT_READ,
			   MAP_SHARED | MAP_POPULATE, make_file(PAGES), 0);
	struct range memory = { (unsigned long)start, pages(PAGES) };

	observe_call("call", start);
	observe_text("caller.pages", read_presence(memory));
	observe_bool("caller.copied",
		     !page_state(getpid(), memory.start).file_or_shared);
}

CASE(locked)
{
	struct range memory = map(READ_WRITE, MAP_PRIVATE | MAP_LOCKED);

	if (!is_mapped(memory))
		return;
	observe_text("caller.pages", read_presence(memory));
	observe_uint("caller.locked", status_pages("VmLck"));
	observe_bool("caller.flagged",
		     smaps_has_flag(getpid(), memory.start, "lo"));
}

CASE(locked_and_unmapped)
{
	struct range memory = map(READ_WRITE, MAP_PRIVATE | MAP_LOCKED);

	if (is_mapped(memory))
		unmap(memory);
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(locked_and_replaced)
{
	struct range memory = map(READ_WRITE, MAP_PRIVATE | MAP_LOCKED);

	if (is_mapped(memory))
		map_over(sub_range(memory, 1, 2), READ_WRITE);
	observe_uint("caller.locked", status_pages("VmLck"));
}

/* How many pages the system commits, and the process counts, for memory. */
static void observe_counts(int protection, int flags)
{
	unsigned long committed = committed_pages();
	unsigned long size = status_pages("VmSize");
	unsigned long data = status_pages("VmData");

	map(protection, flags);
	observe_int("system.committed", committed_pages() - committed);
	observe_int("caller.size", status_pages("VmSize") - size);
	observe_int("caller.data", status_pages("VmData") - data);
}

CASE(counts_of_private_memory)
{
	observe_counts(READ_WRITE, MAP_PRIVATE);
}

CASE(counts_of_read_only_memory)
{
	observe_counts(PROT_READ, MAP_PRIVATE);
}

CASE(counts_of_shared_memory)
{
	observe_counts(READ_WRITE, MAP_SHARED);
}

CASE(counts_of_unreserved_memory)
{
	observe_counts(READ_WRITE, MAP_PRIVATE | MAP_NORESERVE);
}

CASE(counts_of_unreserved_memory_in_strict_mode)
{
	write_file("/proc/sys/vm/overcommit_ratio", "1000");
	write_file("/proc/sys/vm/overcommit_memory", "2");
	observe_counts(READ_WRITE, MAP_PRIVATE | MAP_NORESERVE);
}

CASE(counts_of_private_file)
{
	int fd = make_file(PAGES);
	unsigned long committed = committed_pages();
	unsigned long data = status_pages("VmData");

	check(mmap(NULL, pages(PAGES), READ_WRITE, MAP_PRIVATE, fd, 0) !=
	      MAP_FAILED);
	observe_int("system.committed", committed_pages() - committed);
	observe_int("caller.data", status_pages("VmData") - data);
}

CASE(counts_of_replaced_memory)
{
	struct range memory = map_original(PAGES);
	unsigned long committed = committed_pages();
	unsigned long size = status_pages("VmSize");
	unsigned long data = status_pages("VmData");

	map_over(memory, READ_WRITE);
	observe_int("system.committed", committed_pages() - committed);
	observe_int("caller.size", status_pages("VmSize") - size);
	observe_int("caller.data", status_pages("VmData") - data);
}

/* Whether memory that was just mapped counts as written, see clear_refs. */
static void map_after_clearing(bool beside_other_memory)
{
	struct range hole = find_hole(2), page = sub_range(hole, 1, 1);

	if (beside_other_memory)
		map_over(sub_range(hole, 0, 1), READ_WRITE);
	write_file("/proc/self/clear_refs", "4");
	map_over(page, READ_WRITE);
	observe_text("caller.layout", read_layout(hole));
	observe_bool("caller.soft_dirty",
		     page_state(getpid(), page.start).soft_dirty);
}

CASE(soft_dirty)
{
	map_after_clearing(false);
}

CASE(soft_dirty_beside_other_memory)
{
	map_after_clearing(true);
}

CASE(counts_of_a_replaced_part)
{
	struct range memory = map_guarded(PAGES, PROT_READ, MAP_PRIVATE);
	unsigned long committed = committed_pages();
	unsigned long data = status_pages("VmData");

	map_over(sub_range(memory, 1, 2), READ_WRITE);
	observe_int("system.committed", committed_pages() - committed);
	observe_int("caller.data", status_pages("VmData") - data);
}

CASE(counts_of_what_was_refused)
{
	unsigned long committed, size;

	leave_committable(4096);
	committed = committed_pages();
	size = status_pages("VmSize");
	observe_call("call", mmap(NULL, pages(8192), READ_WRITE, PRIVATE, -1,
				  0));
	observe_int("system.committed", committed_pages() - committed);
	observe_int("caller.size", status_pages("VmSize") - size);
}

CASE(locked_on_fault_in_future)
{
	struct range memory;

	check(mlockall(MCL_FUTURE | MCL_ONFAULT) == 0);
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	observe_text("caller.pages", read_presence(memory));
	observe_bool("caller.flagged",
		     smaps_has_flag(getpid(), memory.start, "lo"));
}
