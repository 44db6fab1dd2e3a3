// SPDX-License-Identifier: MIT
/*
 * mmap() at the limits of a process and of the system: exactly at the limit,
 * and one page beyond.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <kgate/system-limits.h>
#include <sys/resource.h>
#include <unistd.h>

#define PAGES 4

static void map(unsigned long count, int protection, int flags)
{
	unsigned long size = status_pages("VmSize");

	observe_call("call", mmap(NULL, pages(count), protection,
				  flags | MAP_ANONYMOUS, -1, 0));
	observe_int("caller.size", status_pages("VmSize") - size);
}

CASE(address_space_limit)
{
	limit_pages_beyond(RLIMIT_AS, "VmSize", PAGES);
	map(PAGES, PROT_READ, MAP_PRIVATE);
}

CASE(beyond_address_space_limit)
{
	limit_pages_beyond(RLIMIT_AS, "VmSize", PAGES);
	map(PAGES + 1, PROT_READ, MAP_PRIVATE);
}

CASE(replaced_at_address_space_limit)
{
	struct range memory = map_original(PAGES);

	limit_pages_beyond(RLIMIT_AS, "VmSize", 0);
	observe_call("call", mmap((void *)memory.start, memory.length,
				  READ_WRITE, PRIVATE | MAP_FIXED, -1, 0));
	observe_text("caller.sees", read_content(memory));
}

CASE(replaced_beyond_address_space_limit)
{
	struct range memory = map_original(PAGES);

	unmap(sub_range(memory, 0, 1));
	watch_maps(getpid());
	limit_pages_beyond(RLIMIT_AS, "VmSize", 0);
	observe_call("call", mmap((void *)memory.start, memory.length,
				  READ_WRITE, PRIVATE | MAP_FIXED, -1, 0));
	observe_bool("caller.maps_changed", caller_maps_changed());
	observe_text("caller.sees",
		     read_content_from(sub_range(memory, 1, PAGES - 1), 1));
}

CASE(data_limit)
{
	limit_pages_beyond(RLIMIT_DATA, "VmData", PAGES);
	map(PAGES, READ_WRITE, MAP_PRIVATE);
}

CASE(beyond_data_limit)
{
	limit_pages_beyond(RLIMIT_DATA, "VmData", PAGES);
	map(PAGES + 1, READ_WRITE, MAP_PRIVATE);
}

CASE(shared_at_data_limit)
{
	limit_pages_beyond(RLIMIT_DATA, "VmData", 0);
	map(PAGES, READ_WRITE, MAP_SHARED);
}

CASE(read_only_at_data_limit)
{
	limit_pages_beyond(RLIMIT_DATA, "VmData", 0);
	map(PAGES, PROT_READ, MAP_PRIVATE);
}

CASE(lock_limit)
{
	limit_pages(RLIMIT_MEMLOCK, PAGES);
	become_user(USER_CALLER);
	map(PAGES, READ_WRITE, MAP_PRIVATE | MAP_LOCKED);
}

CASE(beyond_lock_limit)
{
	limit_pages(RLIMIT_MEMLOCK, PAGES);
	become_user(USER_CALLER);
	map(PAGES + 1, READ_WRITE, MAP_PRIVATE | MAP_LOCKED);
}

CASE(no_lock_allowed)
{
	limit_pages(RLIMIT_MEMLOCK, 0);
	become_user(USER_CALLER);
	map(1, READ_WRITE, MAP_PRIVATE | MAP_LOCKED);
}

CASE(lock_limit_of_root)
{
	limit_pages(RLIMIT_MEMLOCK, 0);
	map(PAGES, READ_WRITE, MAP_PRIVATE | MAP_LOCKED);
}

CASE(commit_limit)
{
	leave_committable(4096);
	map(1024, READ_WRITE, MAP_PRIVATE);
}

CASE(beyond_commit_limit)
{
	leave_committable(4096);
	map(8192, READ_WRITE, MAP_PRIVATE);
}

CASE(read_only_beyond_commit_limit)
{
	leave_committable(4096);
	map(8192, PROT_READ, MAP_PRIVATE);
}

CASE(shared_beyond_commit_limit)
{
	leave_committable(4096);
	map(8192, READ_WRITE, MAP_SHARED);
}

CASE(obvious_overcommit)
{
	unsigned long kb = meminfo_kb("MemTotal") + meminfo_kb("SwapTotal");

	map(kb * 1024 / page_size() + 1, READ_WRITE, MAP_PRIVATE);
}

CASE(overcommit_always)
{
	unsigned long kb = meminfo_kb("MemTotal") + meminfo_kb("SwapTotal");

	write_file("/proc/sys/vm/overcommit_memory", "1");
	map(2 * kb * 1024 / page_size(), READ_WRITE, MAP_PRIVATE);
}

CASE(mapping_limit)
{
	struct range hole = find_hole(64);
	unsigned long page;
	void *start;

	leave_mappings(8);
	for (page = 0; page < 64; page += 2) {
		start = mmap((void *)sub_range(hole, page, 1).start, pages(1),
			     READ_WRITE, PRIVATE | MAP_FIXED, -1, 0);
		if (start == MAP_FAILED)
			break;
	}
	observe_call("call", start);
	observe_uint("caller.mappings", maps_count_in(getpid(), hole));
}

CASE(unmapped_middle_at_mapping_limit)
{
	struct range memory = map_original(PAGES);

	leave_mappings(0);
	observe_call("call", munmap((void *)sub_range(memory, 1, 1).start,
				    pages(1)));
	observe_untouched(memory);
}

CASE(unmapped_end_at_mapping_limit)
{
	struct range memory = map_original(PAGES);

	leave_mappings(0);
	observe_call("call",
		     munmap((void *)sub_range(memory, PAGES - 1, 1).start,
			    pages(1)));
	observe_text("caller.layout", read_layout(memory));
}

CASE(protected_middle_at_mapping_limit)
{
	struct range memory = map_original(PAGES);

	leave_mappings(0);
	observe_call("call", mprotect((void *)sub_range(memory, 1, 1).start,
				      pages(1), PROT_READ));
	observe_untouched(memory);
}

CASE(moved_middle_at_mapping_limit)
{
	struct range hole = find_hole(1);
	struct range memory = map_original(PAGES);

	leave_mappings(0);
	observe_call("call", mremap((void *)sub_range(memory, 1, 1).start,
				    pages(1), pages(1),
				    MREMAP_MAYMOVE | MREMAP_FIXED,
				    (void *)hole.start));
	observe_untouched(memory);
}

CASE(locked_middle_at_mapping_limit)
{
	struct range memory = map_original(PAGES);

	leave_mappings(0);
	observe_call("call", mlock((void *)sub_range(memory, 1, 1).start,
				   pages(1)));
	observe_uint("caller.locked", status_pages("VmLck"));
	observe_bool("caller.maps_changed", caller_maps_changed());
}

CASE(advised_middle_at_mapping_limit)
{
	struct range memory = map_original(PAGES);

	leave_mappings(0);
	observe_call("call", madvise((void *)sub_range(memory, 1, 1).start,
				     pages(1), MADV_DONTFORK));
	observe_bool("caller.maps_changed", caller_maps_changed());
}
