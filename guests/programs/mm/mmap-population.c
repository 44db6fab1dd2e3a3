// SPDX-License-Identifier: MIT
/*
 * mmap(): which pages are present at once, and how they are counted.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <kgate/pagemap.h>
#include <kgate/smaps.h>
#include <unistd.h>

#define PAGES 4

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
