// SPDX-License-Identifier: MIT
/*
 * Meaningless arguments, and the order in which errors are found.
 */
#include <kgate/case.h>
#include <process-vm-mmap/clone.h>
#include <limits.h>
#include <signal.h>

/* Above every address that a process can have, on both architectures. */
#define BEYOND_USER	(-1UL << 47)

static struct peer *peer;
static struct range source;
static struct errno_tally answers;

static void set_up(unsigned long pages)
{
	peer = peer_start();
	source = peer_map_original(peer, pages);
	watch_maps(peer_pid(peer));
}

static void call(pid_t pid, unsigned long start, unsigned long length,
		 unsigned long target, unsigned long flags)
{
	tally(&answers,
	      (long)process_vm_mmap(pid, start, length, target, flags));
}

static void observe_calls(void)
{
	observe_tally("call", &answers);
	observe_maps();
}

CASE(all_zero)
{
	set_up(1);
	call(0, 0, 0, 0, 0);
	observe_calls();
}

CASE(each_unknown_flag)
{
	unsigned int bit;

	set_up(1);
	for (bit = 2; bit < sizeof(long) * CHAR_BIT; bit++)
		call(peer_pid(peer), source.start, source.length, 0,
		     1UL << bit);
	observe_calls();
}

CASE(pid_that_is_not_positive)
{
	set_up(1);
	call(0, source.start, source.length, 0, 0);
	call(-1, source.start, source.length, 0, 0);
	call(INT_MIN, source.start, source.length, 0, 0);
	/* In the first proposal, a negative pid reversed the direction. */
	call(-peer_pid(peer), source.start, source.length, 0, 0);
	observe_calls();
}

CASE(length_zero)
{
	set_up(1);
	call(peer_pid(peer), source.start, 0, 0, 0);
	observe_calls();
}

CASE(length_that_overflows)
{
	set_up(1);
	call(peer_pid(peer), source.start, ULONG_MAX, 0, 0);
	call(peer_pid(peer), source.start, ULONG_MAX - page_size() + 2, 0, 0);
	call(peer_pid(peer), source.start, -source.start, 0, 0);
	observe_calls();
}

CASE(length_beyond_address_space)
{
	set_up(1);
	call(peer_pid(peer), source.start, BEYOND_USER, 0, 0);
	observe_calls();
}

CASE(source_not_aligned)
{
	set_up(2);
	call(peer_pid(peer), source.start + 1, 1, 0, 0);
	call(peer_pid(peer), source.start + 1, page_size(), 0, 0);
	call(peer_pid(peer), source.start + page_size() / 2, page_size(), 0,
	     0);
	observe_calls();
}

CASE(fixed_target_not_aligned)
{
	struct range hole;

	set_up(1);
	hole = find_hole(3);
	watch_maps(peer_pid(peer));
	call(peer_pid(peer), source.start, source.length, hole.start + 1,
	     PVMMAP_FIXED);
	call(peer_pid(peer), source.start, source.length, hole.start + 1,
	     PVMMAP_FIXED_NOREPLACE);
	observe_calls();
}

CASE(fixed_target_beyond_address_space)
{
	set_up(1);
	call(peer_pid(peer), source.start, source.length, BEYOND_USER,
	     PVMMAP_FIXED);
	call(peer_pid(peer), source.start, source.length, BEYOND_USER,
	     PVMMAP_FIXED_NOREPLACE);
	call(peer_pid(peer), source.start, source.length, -page_size(),
	     PVMMAP_FIXED);
	observe_calls();
}

CASE(range_longer_than_mapping)
{
	set_up(3);
	call(peer_pid(peer), source.start, source.length + 1, 0, 0);
	observe_calls();
}

CASE(range_that_starts_before_mapping)
{
	set_up(3);
	call(peer_pid(peer), source.start - page_size(), source.length, 0, 0);
	observe_calls();
}

CASE(range_in_hole)
{
	set_up(3);
	peer_unmap(peer, sub_range(source, 1, 1));
	watch_maps(peer_pid(peer));
	call(peer_pid(peer), sub_range(source, 1, 1).start, page_size(), 0, 0);
	call(peer_pid(peer), source.start, source.length, 0, 0);
	observe_calls();
}

CASE(range_over_two_mappings)
{
	set_up(4);
	peer_protect(peer, sub_range(source, 2, 2), PROT_READ);
	watch_maps(peer_pid(peer));
	call(peer_pid(peer), source.start, source.length, 0, 0);
	observe_calls();
}

CASE(source_outside_user_space)
{
	set_up(1);
	call(peer_pid(peer), 0, page_size(), 0, 0);
	call(peer_pid(peer), BEYOND_USER, page_size(), 0, 0);
	call(peer_pid(peer), -2 * page_size(), page_size(), 0, 0);
	observe_calls();
}

CASE(unknown_flag_comes_before_dead_process)
{
	set_up(1);
	peer_kill(peer);
	tally(&answers, (long)process_vm_mmap(peer_pid(peer), source.start,
					      source.length, 0, -1UL << 47));
	observe_tally("call", &answers);
	observe_bool("caller.maps_changed", caller_maps_changed());
}

CASE(dead_process_comes_before_bad_range)
{
	set_up(1);
	peer_kill(peer);
	tally(&answers, (long)process_vm_mmap(peer_pid(peer),
					      source.start - page_size(),
					      page_size(), 0, 0));
	observe_tally("call", &answers);
	observe_bool("caller.maps_changed", caller_maps_changed());
}
