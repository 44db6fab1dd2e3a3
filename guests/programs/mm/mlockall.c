// SPDX-License-Identifier: MIT
/*
 * mlockall() and munlockall(): present mappings, and future ones.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <kgate/smaps.h>
#include <sys/resource.h>
#include <unistd.h>

#define PAGES 4

#ifndef MCL_ONFAULT
#define MCL_ONFAULT 4
#endif

static struct range before, after;

static bool is_locked(struct range range)
{
	return smaps_has_flag(getpid(), range.start, "lo");
}

/* The call under test, between two mappings. */
static void lock_all(int flags)
{
	before = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	observe_call("call", mlockall(flags));
	after = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	observe_bool("before.locked", is_locked(before));
	observe_bool("after.locked", is_locked(after));
	observe_text("before.pages", read_presence(before));
	observe_text("after.pages", read_presence(after));
}

CASE(current)
{
	lock_all(MCL_CURRENT);
}

CASE(future)
{
	lock_all(MCL_FUTURE);
}

CASE(current_and_future)
{
	lock_all(MCL_CURRENT | MCL_FUTURE);
}

CASE(current_on_fault)
{
	lock_all(MCL_CURRENT | MCL_ONFAULT);
}

CASE(future_on_fault)
{
	lock_all(MCL_FUTURE | MCL_ONFAULT);
}

CASE(no_flag)
{
	lock_all(0);
}

CASE(on_fault_alone)
{
	lock_all(MCL_ONFAULT);
}

CASE(unknown_flag)
{
	lock_all(MCL_CURRENT | 8);
}

CASE(current_after_future)
{
	check(mlockall(MCL_FUTURE) == 0);
	lock_all(MCL_CURRENT);
}

CASE(unlock)
{
	struct range later;

	before = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	check(mlockall(MCL_CURRENT | MCL_FUTURE) == 0);
	after = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	observe_call("unlock", munlockall());
	later = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	observe_bool("before.locked", is_locked(before));
	observe_bool("after.locked", is_locked(after));
	observe_bool("later.locked", is_locked(later));
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(counts)
{
	unsigned long locked;

	before = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	observe_call("call", mlockall(MCL_CURRENT));
	locked = status_pages("VmLck");
	unmap(before);
	/* Everything but the kernel's own mappings, which are a few pages. */
	observe_bool("counted_right",
		     locked <= status_pages("VmSize") + PAGES &&
		     locked + 16 >= status_pages("VmSize") + PAGES &&
		     status_pages("VmLck") == locked - PAGES);
}

CASE(child_of_current)
{
	struct peer *child;

	check(mlockall(MCL_CURRENT | MCL_FUTURE) == 0);
	before = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	child = peer_fork();
	observe_uint("child.locked", status_kb(peer_pid(child), "VmLck"));
	observe_bool("caller.locked_still", is_locked(before));
}

CASE(child_of_future)
{
	struct peer *child;

	check(mlockall(MCL_FUTURE) == 0);
	child = peer_fork();
	peer_map(child, PAGES, READ_WRITE, MAP_PRIVATE);
	observe_uint("child.locked", status_kb(peer_pid(child), "VmLck"));
}

CASE(current_and_future_on_fault)
{
	lock_all(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
}

CASE(future_after_future_on_fault)
{
	check(mlockall(MCL_FUTURE | MCL_ONFAULT) == 0);
	lock_all(MCL_FUTURE);
}

CASE(current_after_current_on_fault)
{
	before = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	check(mlockall(MCL_CURRENT | MCL_ONFAULT) == 0);
	observe_call("call", mlockall(MCL_CURRENT));
	observe_bool("before.locked", is_locked(before));
	observe_text("before.pages", read_presence(before));
}

/* What is to come says nothing of what is locked already. */
static void keep_locks(int flags)
{
	before = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	check(mlock((void *)before.start, before.length) == 0);
	observe_call("call", mlockall(flags));
	observe_bool("before.locked", is_locked(before));
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(future_keeps_locks)
{
	keep_locks(MCL_FUTURE);
}

CASE(future_on_fault_keeps_locks)
{
	keep_locks(MCL_FUTURE | MCL_ONFAULT);
}

CASE(future_without_permission)
{
	limit_pages(RLIMIT_MEMLOCK, 0);
	become_user(USER_CALLER);
	observe_call("call", mlockall(MCL_FUTURE));
}

/* As a user, with as much locked as there is, or with a page less. */
static void lock_current_as_user(unsigned long less)
{
	unsigned long size;

	before = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	become_user(USER_CALLER);
	size = status_pages("VmSize");
	limit_pages(RLIMIT_MEMLOCK, size - less);
	observe_call("call", mlockall(MCL_CURRENT));
	observe_bool("size_is_the_same", status_pages("VmSize") == size);
	observe_bool("before.locked", is_locked(before));
}

CASE(current_at_the_limit)
{
	lock_current_as_user(0);
}

CASE(current_beyond_the_limit)
{
	lock_current_as_user(1);
}

CASE(unlock_as_user)
{
	before = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	check(mlockall(MCL_CURRENT) == 0);
	limit_pages(RLIMIT_MEMLOCK, 0);
	become_user(USER_CALLER);
	observe_call("unlock", munlockall());
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(kernel_pages)
{
	struct mapping vvar;

	if (!maps_find(getpid(), "[vvar]", &vvar))
		skip("this process has no [vvar]");
	observe_call("call", mlockall(MCL_CURRENT));
	observe_bool("vvar.locked",
		     smaps_has_flag(getpid(), vvar.range.start, "lo"));
}

CASE(memory_without_access)
{
	before = map_guarded(PAGES, PROT_NONE, MAP_PRIVATE);
	after = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	observe_call("call", mlockall(MCL_CURRENT));
	observe_bool("before.locked", is_locked(before));
	/* What cannot be touched does not keep the rest from being there. */
	observe_text("after.pages", read_presence(after));
}

CASE(future_moves_and_grows)
{
	struct range target;

	before = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	target = find_hole(8);
	check(mlockall(MCL_FUTURE) == 0);
	observe_call("call", mremap((void *)before.start, before.length,
				    pages(8), MREMAP_MAYMOVE | MREMAP_FIXED,
				    (void *)target.start));
	/* It was there before, and is not a new mapping. */
	observe_bool("moved.locked", is_locked(target));
	observe_uint("caller.locked", status_pages("VmLck"));
}
