// SPDX-License-Identifier: MIT
/*
 * Calls with PVMMAP_FIXED that fail must leave standing what they would have
 * replaced.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/experiment.h>
#include <linux/prctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65			/* new in 6.3 */
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif

#define PAGES 4

static struct peer *peer;
static struct range occupant;

static void set_up(void)
{
	peer = peer_start();
	occupant = map_guarded(PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	write_content(occupant, WRITER_OCCUPANT);
}

static void fail(pid_t pid, struct range source, unsigned long flags)
{
	watch_maps(getpid());
	observe_copy("call", clone_range(pid, source, occupant.start, flags));
	observe_bool("caller.maps_changed", caller_maps_changed());
	observe_text("caller.occupant", read_content(occupant));
}

CASE(unknown_flag)
{
	set_up();
	fail(peer_pid(peer), peer_map_original(peer, PAGES),
	     PVMMAP_FIXED | 0x4);
}

CASE(dead_process)
{
	struct range source;

	set_up();
	source = peer_map_original(peer, PAGES);
	peer_kill(peer);
	fail(peer_pid(peer), source, PVMMAP_FIXED);
}

CASE(foreign_process)
{
	struct range source;

	set_up();
	source = peer_map_original(peer, PAGES);
	peer_become_user(peer, USER_OTHER);
	become_user(USER_CALLER);
	fail(peer_pid(peer), source, PVMMAP_FIXED);
}

CASE(range_with_hole)
{
	struct range source;

	set_up();
	source = peer_map_original(peer, PAGES);
	peer_unmap(peer, sub_range(source, PAGES - 1, 1));
	fail(peer_pid(peer), source, PVMMAP_FIXED);
}

CASE(source_of_refused_kind)
{
	struct range vvar;

	set_up();
	vvar = sub_range(peer_find(peer, "[vvar]"), 0, 1);
	fail(peer_pid(peer), vvar, PVMMAP_FIXED);
}

CASE(source_cloned_before)
{
	struct range source, first;

	set_up();
	source = peer_map_original(peer, PAGES);
	first = clone_range(peer_pid(peer), source, 0, 0);
	observe_copy("first", first);
	fail(peer_pid(peer), source, PVMMAP_FIXED);
	if (is_mapped(first))
		observe_text("caller.first_copy", read_content(first));
}

CASE(memory_deny_write_execute)
{
	struct range source;

	set_up();
	source = peer_map(peer, PAGES, PROT_READ | PROT_WRITE | PROT_EXEC,
			  MAP_PRIVATE);
	if (prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0L, 0L, 0L) != 0)
		skip("this kernel has no PR_SET_MDWE (new in 6.3)");
	fail(peer_pid(peer), source, PVMMAP_FIXED);
}

CASE(address_space_limit)
{
	struct range source, missing;
	struct rlimit limit = { .rlim_max = RLIM_INFINITY };
	unsigned long size;

	set_up();
	source = peer_map_original(peer, PAGES);
	/*
	 * Only half of the target is taken, so that replacing it frees less
	 * than the copy needs.
	 */
	missing = sub_range(occupant, PAGES / 2, PAGES / 2);
	check(munmap((void *)missing.start, missing.length) == 0);
	size = status_kb(getpid(), "VmSize") * 1024;
	limit.rlim_cur = size + missing.length - page_size();
	check(setrlimit(RLIMIT_AS, &limit) == 0);

	occupant.length -= missing.length;
	fail(peer_pid(peer), source, PVMMAP_FIXED);
}
