// SPDX-License-Identifier: MIT
/*
 * brk() at the borders of the heap: where it begins, what is right above it,
 * and the limits on bytes, commitments and mappings.
 *
 * The C library has its own data where the heap begins. The cases therefore
 * declare that it begins where it ends now, which root may.
 */
#include <kgate/counters.h>
#include <kgate/heap.h>
#include <kgate/pagemap.h>
#include <kgate/system-limits.h>
#include <linux/prctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#ifndef MCL_ONFAULT
#define MCL_ONFAULT 4
#endif

#define GAP 256		/* stack_guard_gap, in pages */

/* A heap of this many pages that begins at a page. */
static void set_up(unsigned long count)
{
	begin_heap();
	check(prctl(PR_SET_MM, PR_SET_MM_START_BRK, begin, 0, 0) == 0);
	check(set_break(begin + pages(count)) == begin + pages(count));
}

CASE(empty)
{
	set_up(4);
	move_break(0);
}

CASE(empty_already)
{
	set_up(0);
	move_break(0);
}

CASE(grow_from_empty)
{
	set_up(0);
	move_break(pages(2));
}

CASE(below_the_start)
{
	set_up(4);
	move_break(-1);
}

CASE(first_byte)
{
	set_up(4);
	move_break(1);
}

/* Fields of /proc/self/stat by their number in its man page. */
static unsigned long stat_field(int number)
{
	static char text[4096];
	FILE *stat = fopen("/proc/self/stat", "re");
	unsigned long value;
	char *field;
	int index;

	check(stat && fgets(text, sizeof(text), stat));
	fclose(stat);
	field = strrchr(text, ')');
	for (index = 2; field && index < number; index++)
		field = strchr(field + 1, ' ');
	check(field && sscanf(field, "%lu", &value) == 1);
	return value;
}

/* The limit of data, in bytes: the program's own data count as well. */
static void grow_at_byte_limit(unsigned long bytes)
{
	/* What the program itself brought along; see proc_pid_stat(5). */
	unsigned long data = stat_field(46) - stat_field(45);
	struct rlimit limit = { data + 100, RLIM_INFINITY };

	set_up(0);
	check(set_break(begin + 1) == begin + 1);
	check(setrlimit(RLIMIT_DATA, &limit) == 0);
	move_break(bytes);
}

CASE(byte_limit)
{
	grow_at_byte_limit(100);
}

CASE(beyond_byte_limit)
{
	grow_at_byte_limit(101);
}

static void grow_at_commit_limit(unsigned long count)
{
	unsigned long committed;

	set_up(1);
	leave_committable(4096);
	committed = committed_pages();
	move_break(pages(count));
	observe_int("system.committed", committed_pages() - committed);
}

CASE(commit_limit)
{
	grow_at_commit_limit(1025);
}

CASE(beyond_commit_limit)
{
	grow_at_commit_limit(8193);
}

CASE(beyond_mapping_limit)
{
	set_up(1);
	leave_mappings(-1);
	move_break(pages(2));
}

CASE(mapping_limit)
{
	set_up(1);
	leave_mappings(1);
	move_break(pages(2));
}

/* Kernels differ in how they read the limit, but each has one reading. */
CASE(mapping_limit_of_other_calls)
{
	struct range hole = find_hole(1);
	bool heap_grows, maps;

	set_up(1);
	leave_mappings(0);
	maps = mmap((void *)hole.start, hole.length, READ_WRITE,
		    PRIVATE | MAP_FIXED, -1, 0) != MAP_FAILED;
	if (maps)
		unmap(hole);
	heap_grows = set_break(begin + pages(2)) == begin + pages(2);
	observe_bool("same", heap_grows == maps);
}

/* A stack above the heap, its start this many pages from the heap's. */
static void grow_below_stack(unsigned long distance, unsigned long count)
{
	struct range top;

	set_up(0);
	top = heap(distance, 1);
	check(mmap((void *)top.start, top.length, READ_WRITE,
		   PRIVATE | MAP_FIXED | MAP_GROWSDOWN, -1, 0) != MAP_FAILED);
	move_break(pages(count));
}

CASE(least_distance_to_stack)
{
	grow_below_stack(GAP + 3, 2);
}

CASE(within_least_distance_to_stack)
{
	grow_below_stack(GAP + 3, 3);
}

CASE(shrink_what_was_unmapped)
{
	set_up(4);
	unmap(heap(0, 4));
	move_break(pages(1));
}

CASE(shrink_what_was_partly_unmapped)
{
	set_up(4);
	unmap(heap(3, 1));
	move_break(pages(1));
}

CASE(shrink_protected_pages)
{
	set_up(4);
	check(mprotect((void *)heap(2, 2).start, pages(2), PROT_READ) == 0);
	move_break(pages(1));
}

CASE(grow_behind_protected_page)
{
	set_up(2);
	check(mprotect((void *)heap(1, 1).start, pages(1), PROT_READ) == 0);
	move_break(pages(4));
}

CASE(grow_where_memory_is_locked_on_fault)
{
	set_up(1);
	check(mlockall(MCL_FUTURE | MCL_ONFAULT) == 0);
	move_break(pages(3));
	observe_uint("caller.locked", status_pages("VmLck"));
	observe_text("heap.pages", read_presence(heap(1, 2)));
}

CASE(shrink_locked_memory)
{
	set_up(4);
	check(mlock((void *)heap(0, 4).start, pages(4)) == 0);
	move_break(pages(1));
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(soft_dirty)
{
	set_up(1);
	write_file("/proc/self/clear_refs", "4");
	move_break(pages(2));
	observe_bool("heap.soft_dirty",
		     page_state(getpid(), heap(1, 1).start).soft_dirty);
}
