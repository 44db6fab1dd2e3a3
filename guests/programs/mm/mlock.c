// SPDX-License-Identifier: MIT
/*
 * mlock(), mlock2() and munlock(): which pages are locked, and how they count.
 */
#include <kgate/own-memory.h>
#include <kgate/pagemap.h>
#include <kgate/smaps.h>
#include <limits.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGES 4

#ifndef MLOCK_ONFAULT
#define MLOCK_ONFAULT 1
#endif

static struct range memory;

static void set_up(void)
{
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
}

/* Which pages are in locked mappings, as "1" and "0". */
static const char *read_locks(void)
{
	static char text[PAGES + 1];
	unsigned long page;

	for (page = 0; page < PAGES; page++) {
		unsigned long at = sub_range(memory, page, 1).start;
		bool there = maps_count_in(getpid(),
					   (struct range){ at, 1 }) > 0;

		text[page] = !there ? ' ' :
			     smaps_has_flag(getpid(), at, "lo") ? '1' : '0';
	}
	return text;
}

static void observe_locks(void)
{
	observe_text("caller.locks", read_locks());
	observe_uint("caller.locked", status_pages("VmLck"));
}

static void lock(unsigned long offset, unsigned long length)
{
	observe_call("call", mlock((void *)(memory.start + offset), length));
	observe_locks();
}

static void lock_fresh(unsigned long offset, unsigned long length)
{
	set_up();
	lock(offset, length);
	observe_text("caller.pages", read_presence(memory));
}

CASE(whole)
{
	lock_fresh(0, pages(PAGES));
}

CASE(first_page)
{
	lock_fresh(0, pages(1));
}

CASE(last_page)
{
	lock_fresh(pages(PAGES - 1), pages(1));
}

CASE(middle)
{
	lock_fresh(pages(1), pages(2));
}

CASE(one_byte)
{
	lock_fresh(0, 1);
}

CASE(last_partial_page)
{
	lock_fresh(0, pages(1) + 1);
}

CASE(not_aligned)
{
	lock_fresh(page_size() - 1, 2);
}

CASE(length_zero)
{
	lock_fresh(0, 0);
}

CASE(range_wraps)
{
	set_up();
	lock(0, -memory.start + pages(1));
}

static void lock_with_hole(unsigned long hole)
{
	set_up();
	unmap(sub_range(memory, hole, 1));
	lock(0, memory.length);
}

CASE(hole_in_the_middle)
{
	lock_with_hole(2);
}

CASE(hole_at_the_start)
{
	lock_with_hole(0);
}

CASE(hole_at_the_end)
{
	lock_with_hole(PAGES - 1);
}

CASE(nothing_mapped)
{
	memory = find_hole(PAGES);
	observe_call("call", mlock((void *)memory.start, memory.length));
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(without_access)
{
	memory = map_guarded(PAGES, PROT_NONE, MAP_PRIVATE);
	observe_call("call", mlock((void *)memory.start, memory.length));
}

CASE(twice)
{
	set_up();
	check(mlock((void *)memory.start, memory.length) == 0);
	lock(0, memory.length);
}

CASE(overlapping)
{
	set_up();
	check(mlock((void *)memory.start, pages(2)) == 0);
	lock(pages(1), pages(2));
}

CASE(across_two_mappings)
{
	set_up();
	check(mprotect((void *)sub_range(memory, 2, 2).start, pages(2),
		       PROT_READ) == 0);
	lock(pages(1), pages(2));
}

CASE(memory_in_use)
{
	memory = map_original(PAGES);
	lock(0, memory.length);
	observe_text("caller.sees", read_content(memory));
	observe_uint("smaps.locked",
		     smaps_kb(getpid(), memory.start, "Locked") * 1024 /
		     page_size());
}

CASE(shared_file)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_SHARED);
	lock(0, memory.length);
	observe_text("caller.pages", read_presence(memory));
}

static void lock_on_fault(unsigned int flags)
{
	set_up();
	observe_call("call", syscall(SYS_mlock2, memory.start, memory.length,
				     flags));
	observe_locks();
}

CASE(on_fault)
{
	lock_on_fault(MLOCK_ONFAULT);
	observe_text("caller.pages", read_presence(memory));
	write_content(sub_range(memory, 1, 1), WRITER_CALLER);
	observe_text("caller.pages_touched", read_presence(memory));
	observe_uint("smaps.locked",
		     smaps_kb(getpid(), memory.start, "Locked") * 1024 /
		     page_size());
}

CASE(without_flags)
{
	lock_on_fault(0);
	observe_text("caller.pages", read_presence(memory));
}

CASE(after_on_fault)
{
	set_up();
	check(syscall(SYS_mlock2, memory.start, memory.length,
		      MLOCK_ONFAULT) == 0);
	lock(0, memory.length);
	observe_text("caller.pages", read_presence(memory));
}

CASE(unknown_flag)
{
	lock_on_fault(2);
}

static void unlock(unsigned long offset, unsigned long length)
{
	observe_call("call", munlock((void *)(memory.start + offset), length));
	observe_locks();
}

static void unlock_part(unsigned long offset, unsigned long length)
{
	set_up();
	check(mlock((void *)memory.start, memory.length) == 0);
	unlock(offset, length);
}

CASE(unlock_whole)
{
	unlock_part(0, pages(PAGES));
	observe_text("caller.pages", read_presence(memory));
}

CASE(unlock_middle)
{
	unlock_part(pages(1), pages(2));
}

CASE(unlock_last_page)
{
	unlock_part(pages(PAGES - 1), pages(1));
}

CASE(unlock_not_aligned)
{
	unlock_part(page_size() - 1, 2);
}

CASE(unlock_with_hole)
{
	set_up();
	check(mlock((void *)memory.start, memory.length) == 0);
	unmap(sub_range(memory, 2, 1));
	unlock(0, memory.length);
}

CASE(unlock_what_is_not_locked)
{
	set_up();
	unlock(0, memory.length);
}

CASE(unlock_on_fault)
{
	set_up();
	check(syscall(SYS_mlock2, memory.start, memory.length,
		      MLOCK_ONFAULT) == 0);
	unlock(0, memory.length);
}

CASE(kernel_pages)
{
	struct mapping vvar;

	if (!maps_find(getpid(), "[vvar]", &vvar))
		skip("this process has no [vvar]");
	observe_call("call", mlock((void *)vvar.range.start, page_size()));
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(on_fault_after)
{
	memory = map_original(PAGES);
	check(mlock((void *)memory.start, memory.length) == 0);
	observe_call("call", syscall(SYS_mlock2, memory.start, memory.length,
				     MLOCK_ONFAULT));
	observe_locks();
	/* Pages that are discarded are not brought back at once. */
	check(madvise((void *)memory.start, pages(2), 24) == 0);
	observe_call("again", syscall(SYS_mlock2, memory.start, memory.length,
				      MLOCK_ONFAULT));
	observe_text("caller.pages", read_presence(memory));
}

CASE(beyond_end_of_file)
{
	memory = map_file(make_file(2), PAGES, READ_WRITE, MAP_SHARED);
	lock(0, memory.length);
	observe_text("first.pages", read_presence(sub_range(memory, 0, 2)));
}

CASE(private_file)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_PRIVATE);
	lock(0, memory.length);
	observe_bool("caller.copied",
		     !page_state(getpid(), memory.start).file_or_shared);
	observe_text("caller.sees", read_content(memory));
}

CASE(read_only_memory)
{
	memory = map_guarded(PAGES, PROT_READ, MAP_PRIVATE);
	lock(0, memory.length);
	observe_text("caller.pages", read_presence(memory));
}

CASE(length_wraps)
{
	set_up();
	lock(0, ULONG_MAX);
}

CASE(unlock_length_zero)
{
	unlock_part(0, 0);
}

CASE(unlock_range_wraps)
{
	set_up();
	check(mlock((void *)memory.start, memory.length) == 0);
	unlock(0, -memory.start + pages(1));
}

CASE(unlock_nothing_mapped)
{
	memory = find_hole(PAGES);
	observe_call("call", munlock((void *)memory.start, memory.length));
}

CASE(unlock_first_page)
{
	unlock_part(0, 1);
}

CASE(unlock_hole_at_the_end)
{
	set_up();
	check(mlock((void *)memory.start, memory.length) == 0);
	unmap(sub_range(memory, 3, 1));
	unlock(0, memory.length);
}

CASE(unlock_without_permission)
{
	set_up();
	become_user(USER_CALLER);
	check(mlock((void *)memory.start, memory.length) == 0);
	limit_pages(RLIMIT_MEMLOCK, 0);
	unlock(0, memory.length);
}

CASE(across_three_mappings)
{
	set_up();
	check(mprotect((void *)sub_range(memory, 1, 2).start, pages(2),
		       PROT_READ) == 0);
	lock(0, memory.length);
	observe_text("caller.pages", read_presence(memory));
}

CASE(beside_locked)
{
	set_up();
	check(mlock((void *)memory.start, pages(2)) == 0);
	lock(pages(2), pages(2));
	observe_uint("caller.mappings", maps_count_in(getpid(), memory));
}
