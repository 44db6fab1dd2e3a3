// SPDX-License-Identifier: MIT
/*
 * mprotect(): what a change of protection costs, and what forbids it.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <kgate/smaps.h>
#include <kgate/signals.h>
#include <kgate/system-limits.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGES 4

#ifndef PR_SET_MDWE
#define PR_SET_MDWE		65
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif

static struct range memory;

static void protect(int protection)
{
	observe_call("call", mprotect((void *)memory.start, memory.length,
				      protection));
}

static void observe_counts(struct range range, int protection)
{
	unsigned long committed = committed_pages();
	unsigned long data = status_pages("VmData");
	unsigned long size = status_pages("VmSize");

	memory = range;
	protect(protection);
	observe_int("system.committed", committed_pages() - committed);
	observe_int("caller.data", status_pages("VmData") - data);
	observe_int("caller.size", status_pages("VmSize") - size);
}

CASE(becomes_writable)
{
	observe_counts(map_guarded(PAGES, PROT_READ, MAP_PRIVATE), READ_WRITE);
}

CASE(unreserved_becomes_writable)
{
	observe_counts(map_guarded(PAGES, PROT_READ,
				   MAP_PRIVATE | MAP_NORESERVE), READ_WRITE);
}

CASE(private_file_becomes_writable)
{
	observe_counts(map_file(make_file(PAGES), PAGES, PROT_READ,
				MAP_PRIVATE), READ_WRITE);
}

CASE(shared_file_becomes_writable)
{
	observe_counts(map_file(make_file(PAGES), PAGES, PROT_READ,
				MAP_SHARED), READ_WRITE);
}

CASE(becomes_read_only)
{
	observe_counts(map_original(PAGES), PROT_READ);
}

CASE(becomes_writable_again)
{
	struct range range = map_original(PAGES);

	check(mprotect((void *)range.start, range.length, PROT_READ) == 0);
	observe_counts(range, READ_WRITE);
}

CASE(unused_becomes_inaccessible)
{
	observe_counts(map_guarded(PAGES, READ_WRITE, MAP_PRIVATE), PROT_NONE);
}

CASE(unused_becomes_read_only)
{
	observe_counts(map_guarded(PAGES, READ_WRITE, MAP_PRIVATE), PROT_READ);
}

CASE(unused_becomes_writable_again)
{
	struct range range = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);

	check(mprotect((void *)range.start, range.length, PROT_NONE) == 0);
	observe_counts(range, READ_WRITE);
}

static void protect_at_data_limit(unsigned long left)
{
	memory = map_guarded(PAGES, PROT_READ, MAP_PRIVATE);
	limit_pages_beyond(RLIMIT_DATA, "VmData", left);
	protect(READ_WRITE);
	observe_text("caller.layout", read_layout(memory));
}

CASE(data_limit)
{
	protect_at_data_limit(PAGES);
}

CASE(beyond_data_limit)
{
	protect_at_data_limit(PAGES - 1);
}

CASE(beyond_commit_limit)
{
	memory = map_guarded(8192, PROT_READ, MAP_PRIVATE);
	leave_committable(4096);
	protect(READ_WRITE);
	observe_text("caller.layout", read_layout(memory));
}

CASE(locked_memory)
{
	memory = map_original(PAGES);
	check(mlock((void *)memory.start, memory.length) == 0);
	protect(PROT_READ);
	observe_uint("caller.locked", status_pages("VmLck"));
	observe_bool("caller.flagged",
		     smaps_has_flag(getpid(), memory.start, "lo"));
}

CASE(advised_memory)
{
	memory = map_original(PAGES);
	check(madvise((void *)memory.start, memory.length, MADV_DONTFORK) == 0);
	protect(PROT_READ);
	observe_bool("caller.flagged",
		     smaps_has_flag(getpid(), memory.start, "dc"));
}

static void refuse_gains(void)
{
	memory = map_original(PAGES);
	check(prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) == 0);
}

CASE(gained_execute_access)
{
	refuse_gains();
	protect(PROT_READ | PROT_EXEC);
	observe_text("caller.layout", read_layout(memory));
}

CASE(mapped_with_all_access)
{
	refuse_gains();
	observe_call("call", mmap(NULL, pages(1), READ_WRITE | PROT_EXEC,
				  PRIVATE, -1, 0));
}

CASE(key_not_allocated)
{
	memory = map_original(PAGES);
	observe_call("call", syscall(SYS_pkey_mprotect, memory.start,
				     memory.length, PROT_READ, 5));
	observe_text("caller.layout", read_layout(memory));
}
