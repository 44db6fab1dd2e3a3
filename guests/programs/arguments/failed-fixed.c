// SPDX-License-Identifier: MIT
/*
 * Calls with PVMMAP_FIXED that fail must leave in place what they would have
 * replaced.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <process-vm-mmap/clone.h>
#include <linux/prctl.h>
#include <stdio.h>
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

/*
 * Leave the caller so little room that a copy fits only if its whole target is
 * already mapped, and unmap the second half of the target.
 */
static void leave_no_room(void)
{
	struct range missing = sub_range(occupant, PAGES / 2, PAGES / 2);
	struct rlimit limit = { .rlim_max = RLIM_INFINITY };

	unmap(missing);
	limit.rlim_cur = status_kb(getpid(), "VmSize") * 1024 +
			 missing.length - page_size();
	check(setrlimit(RLIMIT_AS, &limit) == 0);
	occupant.length -= missing.length;
}

CASE(address_space_limit)
{
	struct range source;

	set_up();
	source = peer_map_original(peer, PAGES);
	leave_no_room();
	fail(peer_pid(peer), source, PVMMAP_FIXED);
}

static struct range map_shared_source(void)
{
	struct range source = peer_map(peer, PAGES, PROT_READ | PROT_WRITE,
				       MAP_SHARED);

	peer_write(peer, source, WRITER_ORIGINAL);
	return source;
}

CASE(address_space_limit_of_shared_memory)
{
	struct range source;

	set_up();
	source = map_shared_source();
	leave_no_room();
	fail(peer_pid(peer), source, PVMMAP_FIXED);
}

/*
 * Fail with a target that begins inside a mapping and ends in a hole after it.
 * An implementation that splits first and checks later leaves two mappings.
 */
static void fail_beyond_end(struct range source)
{
	struct range middle;

	leave_no_room();
	middle = sub_range(occupant, 1, PAGES);
	watch_maps(getpid());
	observe_copy("call", clone_range(peer_pid(peer), source, middle.start,
					 PVMMAP_FIXED));
	observe_bool("caller.maps_changed", caller_maps_changed());
	observe_text("caller.occupant", read_content(occupant));
}

CASE(address_space_limit_beyond_end)
{
	set_up();
	/* The guard after it is in nothing's way: a copy would replace it. */
	fail_beyond_end(peer_map_original(peer, PAGES));
}

CASE(address_space_limit_of_shared_memory_beyond_end)
{
	set_up();
	fail_beyond_end(map_shared_source());
}

/*
 * Replace a page in the middle of a mapping, which takes two splits, when there
 * is room for none or for one.
 */
static void fail_to_cut(struct range source, unsigned int room)
{
	/* The gate area is above everything that belongs to the process. */
	struct range own = { 0, ~0UL >> 1 };
	struct range middle = sub_range(occupant, 1, 1);
	char text[16];

	source.length = page_size();
	snprintf(text, sizeof(text), "%u",
		 maps_count_in(getpid(), own) + room);
	write_file("/proc/sys/vm/max_map_count", text);
	watch_maps(getpid());
	observe_copy("call", clone_range(peer_pid(peer), source, middle.start,
					 PVMMAP_FIXED));
	observe_bool("caller.maps_changed", caller_maps_changed());
	observe_text("caller.occupant", read_content(occupant));
}

CASE(mapping_count)
{
	set_up();
	fail_to_cut(peer_map_original(peer, PAGES), 0);
}

CASE(mapping_count_with_one_to_spare)
{
	set_up();
	fail_to_cut(peer_map_original(peer, PAGES), 1);
}

CASE(mapping_count_with_shared_memory)
{
	set_up();
	fail_to_cut(map_shared_source(), 0);
}

CASE(mapping_count_with_one_to_spare_and_shared_memory)
{
	set_up();
	fail_to_cut(map_shared_source(), 1);
}
