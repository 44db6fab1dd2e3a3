// SPDX-License-Identifier: MIT
/*
 * Pages that the kernel merged because they are equal (KSM). It finds the users
 * of such a page only at the addresses where they were merged, so a merged page
 * must not be shared at another address.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/merging.h>
#include <kgate/pagemap.h>
#include <kgate/swap.h>
#include <process-vm-mmap/clone.h>

#define PAGES 4

static struct peer *peer;
static struct range source, twin, copy;

static unsigned long pages_merged(void)
{
	return pages_shared(peer_pid(peer), source, peer_pid(peer), twin);
}

/* Two ranges of the peer with equal pages, merged page by page. */
static void map_merged(void)
{
	peer = peer_start();
	peer_map_merged(peer, PAGES, &source, &twin);
	stop_merging();
}

static bool clone_merged(void)
{
	map_merged();
	copy = clone_anywhere(peer, source);
	return is_mapped(copy);
}

CASE(range_is_unmerged_first)
{
	if (!clone_merged())
		return;
	observe_uint("peer.pages_merged", pages_merged());
	observe_uint("caller.pages_merged",
		     pages_shared(getpid(), copy, peer_pid(peer), twin));
	observe_text("caller.sees", read_content(copy));
}

CASE(all_write)
{
	if (!clone_merged())
		return;
	write_content(sub_range(copy, 0, 1), WRITER_CALLER);
	peer_write(peer, sub_range(source, 0, 2), WRITER_PEER);
	observe_text("caller.sees", read_content(copy));
	observe_text("peer.sees", peer_read(peer, source));
	observe_text("peer.sees_twin", peer_read(peer, twin));
}

CASE(unmerged_everywhere_afterwards)
{
	if (!clone_merged())
		return;
	/* The kernel answers once it has found every user of every page. */
	write_file("/sys/kernel/mm/ksm/run", "2");
	observe_uint("peer.pages_merged", pages_merged());
	observe_text("caller.sees", read_content(copy));
	observe_text("peer.sees_twin", peer_read(peer, twin));
}

CASE(swapped_out_after_peer_is_gone)
{
	swap_on();
	clone_merged();
	peer_exit(peer);
	if (!is_mapped(copy))
		return;
	observe_uint("caller.pages_swapped", swap_out(copy));
	observe_text("caller.sees", read_content(copy));
}
