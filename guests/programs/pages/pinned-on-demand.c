// SPDX-License-Identifier: MIT
/*
 * Pins as devices take them, for reading and for writing, slow and fast, on
 * small and on huge pages. A device must keep seeing what the peer sees.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/pagemap.h>
#include <kgate/pin.h>
#include <kgate/smaps.h>
#include <process-vm-mmap/clone.h>
#include <sched.h>
#include <string.h>

#define PAGES	4
#define ROUNDS	200

static struct peer *peer;
static struct range source, copy;

/* Pin, clone, let the peer write, and check who sees it. */
static void clone_pinned(unsigned int how)
{
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	peer_pin(peer, source, how);
	copy = clone_anywhere(peer, source);
	peer_write(peer, source, WRITER_PEER);
	observe_text("device.sees", peer_view_pinned(peer));
	observe_text("peer.sees", peer_read(peer, source));
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}

CASE(to_write)
{
	clone_pinned(PIN_TO_WRITE);
}

CASE(to_write_fast)
{
	clone_pinned(PIN_TO_WRITE | PIN_FAST);
}

CASE(to_read)
{
	clone_pinned(PIN_TO_READ);
}

CASE(to_read_fast)
{
	clone_pinned(PIN_TO_READ | PIN_FAST);
}

CASE(pin_taken_back)
{
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	peer_pin(peer, source, PIN_TO_WRITE);
	peer_unpin(peer);
	copy = clone_anywhere(peer, source);
	peer_write(peer, source, WRITER_PEER);
	observe_text("peer.sees", peer_read(peer, source));
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}

/*
 * This is how device buffers that must not be disturbed are kept from fork().
 */
CASE(kept_from_fork)
{
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	check(peer_advise(peer, source, MADV_DONTFORK));
	peer_pin(peer, source, PIN_TO_WRITE);
	clone_anywhere(peer, source);
	peer_write(peer, source, WRITER_PEER);
	observe_text("device.sees", peer_view_pinned(peer));
}

/* A copy is pinned after the call: the device gets the copy, not the source. */
CASE(copy_pinned_afterwards)
{
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	if (pin_here(copy, PIN_TO_READ) != 0)
		skip("this kernel cannot pin on demand (CONFIG_GUP_TEST)");
	write_content(copy, WRITER_CALLER);
	peer_write(peer, source, WRITER_PEER);
	observe_text("device.sees", view_pinned_here());
	observe_text("peer.sees", peer_read(peer, source));
}

static unsigned long huge_size(void)
{
	unsigned long huge = 2UL << 20;

	if (page_size() != 4096)
		skip("huge pages are too large for the guest");
	return huge;
}

/* One page of a huge page is pinned: it cannot be shared as a whole. */
CASE(huge_page)
{
	unsigned long huge = huge_size();
	unsigned long pages = huge / page_size();
	struct range area, target;

	write_file("/sys/kernel/mm/transparent_hugepage/enabled", "madvise");
	peer = peer_start();
	area = peer_map(peer, 2 * pages, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	source = (struct range){ (area.start + huge - 1) & -huge, huge };
	check(peer_advise(peer, source, MADV_HUGEPAGE));
	peer_write(peer, source, WRITER_ORIGINAL);
	if (smaps_kb(peer_pid(peer), source.start, "AnonHugePages") == 0)
		skip("the kernel gave the peer no huge page");
	peer_pin(peer, sub_range(source, 0, 1), PIN_TO_WRITE);

	target = find_hole(2 * pages);
	copy = clone_from(peer, source, (target.start + huge - 1) & -huge,
			  PVMMAP_FIXED_NOREPLACE);
	peer_write(peer, source, WRITER_PEER);
	observe_text("device.sees", peer_view_pinned(peer));
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees", read_content(copy));
	observe_uint("frames.shared",
		     pages_shared(getpid(), copy, peer_pid(peer), source));
}

/*
 * The peer pins and unpins all the time, so pins happen at every point of a
 * call. What it pinned must be what it sees itself afterwards.
 */
static long pin_in_a_loop(void *data)
{
	struct range *range = data;
	unsigned int i, right = 0;

	for (i = 0; i < ROUNDS; i++) {
		if (pin_here(*range, PIN_TO_WRITE | PIN_FAST) != 0)
			return -1;
		write_content(*range, WRITER_PEER);
		right += strcmp(view_pinned_here(), "peer") == 0;
		unpin_here();
		write_content(*range, WRITER_ORIGINAL);
	}
	return right;
}

/* A page written to meanwhile may arrive torn, but then stays as it is. */
static bool stays_as_it_is(struct range page)
{
	static char first[65536];

	memcpy(first, (void *)page.start, page.length);
	sched_yield();
	return memcmp(first, (void *)page.start, page.length) == 0;
}

CASE(pinned_in_a_loop)
{
	struct errno_tally answers = { 0 };
	unsigned int stayed = 0, i;
	long right;

	peer = peer_start();
	source = peer_map_original(peer, 1);
	peer_pin(peer, source, PIN_TO_WRITE);
	peer_unpin(peer);
	watch_maps(peer_pid(peer));
	peer_begin(peer, pin_in_a_loop, &source);
	for (i = 0; i < ROUNDS; i++) {
		copy = clone_range(peer_pid(peer), source, 0, 0);
		tally(&answers, is_mapped(copy) ? 0 : -1);
		if (!is_mapped(copy))
			continue;
		stayed += stays_as_it_is(copy);
		unmap(copy);
	}
	right = peer_finish(peer, &source, sizeof(source));
	observe_tally("call", &answers);
	observe_bool("device.always_right", right == ROUNDS);
	observe_bool("caller.copies_stay", stayed == ROUNDS);
}
