// SPDX-License-Identifier: MIT
/*
 * Pages that are swapped out when cloned, or later. Swap is on zram.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/pagemap.h>
#include <kgate/swap.h>
#include <process-vm-mmap/clone.h>
#include <string.h>
#include <sys/swap.h>

#define PAGES	8
#define CROWD	80

static struct peer *peer;
static struct range source, copy;

static bool clone_swapped(void)
{
	swap_on();
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	peer_swap_out(peer, source);
	copy = clone_anywhere(peer, source);
	return is_mapped(copy);
}

CASE(not_read_by_the_call)
{
	unsigned long before;

	swap_on();
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	peer_swap_out(peer, source);
	before = pages_read_from_swap();
	copy = clone_anywhere(peer, source);
	observe_uint("swap.pages_read", pages_read_from_swap() - before);
	if (!is_mapped(copy))
		return;
	observe_uint("caller.pages_swapped", pages_swapped(getpid(), copy));
	observe_uint("peer.pages_swapped",
		     pages_swapped(peer_pid(peer), source));
	observe_uint("caller.swap_kb", status_kb(getpid(), "VmSwap"));
	observe_text("caller.sees", read_content(copy));
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(both_write_after_reading)
{
	if (!clone_swapped())
		return;
	observe_text("caller.sees_first", read_content(copy));
	observe_text("peer.sees_first", peer_read(peer, source));
	write_content(sub_range(copy, 0, 4), WRITER_CALLER);
	peer_write(peer, sub_range(source, 0, 2), WRITER_PEER);
	observe_text("caller.sees", read_content(copy));
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(peer_writes_without_reading)
{
	if (!clone_swapped())
		return;
	peer_write(peer, source, WRITER_PEER);
	observe_text("caller.sees", read_content(copy));
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(peer_exits_and_swap_is_turned_off)
{
	if (!clone_swapped())
		return;
	peer_exit(peer);
	/* The kernel has to find the caller by itself to read its pages. */
	observe_call("swapoff", swapoff(SWAP_DEVICE));
	observe_uint("caller.pages_swapped", pages_swapped(getpid(), copy));
	observe_text("caller.sees", read_content(copy));
}

CASE(caller_unmaps)
{
	if (!clone_swapped())
		return;
	unmap(copy);
	observe_uint("peer.pages_swapped",
		     pages_swapped(peer_pid(peer), source));
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(present_swapped_and_empty)
{
	swap_on();
	peer = peer_start();
	source = peer_map(peer, PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	peer_write(peer, sub_range(source, 0, 6), WRITER_ORIGINAL);
	peer_swap_out(peer, sub_range(source, 2, 2));
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_uint("caller.pages_swapped", pages_swapped(getpid(), copy));
	observe_uint("caller.pages_present", pages_present(getpid(), copy));
	observe_text("caller.sees", read_content(copy));
}

/* More users of one entry than its counter can hold without an extension. */
CASE(eighty_callers)
{
	struct errno_tally answers = { 0 };
	struct peer *crowd[CROWD];
	struct range copies[CROWD];
	unsigned int intact = 0, swapped = 0, i;

	swap_on();
	peer = peer_start();
	source = peer_map_original(peer, 1);
	peer_swap_out(peer, source);
	watch_maps(peer_pid(peer));
	for (i = 0; i < CROWD; i++) {
		crowd[i] = peer_start();
		copies[i] = peer_clone(crowd[i], peer_pid(peer), source, 0, 0);
		tally(&answers, is_mapped(copies[i]) ? 0 : -1);
	}
	observe_tally("call", &answers);
	observe_maps();
	if (!is_mapped(copies[0]))
		return;
	for (i = 0; i < CROWD; i++)
		swapped += pages_swapped(peer_pid(crowd[i]), copies[i]);
	observe_uint("callers.with_entry", swapped);
	peer_exit(peer);
	for (i = 0; i < CROWD; i++) {
		intact += strcmp(peer_read(crowd[i], copies[i]),
				 "original") == 0;
		peer_exit(crowd[i]);
	}
	observe_uint("callers.with_content", intact);
	observe_call("swapoff", swapoff(SWAP_DEVICE));
}

/* The kernel can only swap out what it finds from the page. */
CASE(copy_swapped_out_after_peer_is_gone)
{
	swap_on();
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	copy = clone_anywhere(peer, source);
	peer_exit(peer);
	if (!is_mapped(copy))
		return;
	observe_uint("caller.pages_swapped", swap_out(copy));
	observe_text("caller.sees", read_content(copy));
}
