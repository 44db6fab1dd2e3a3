// SPDX-License-Identifier: MIT
/*
 * mlockall() and munlockall(): present mappings, and future ones.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <kgate/smaps.h>
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
