// SPDX-License-Identifier: MIT
/*
 * Memory that goes bad. A lost page must never be read again by any process
 * that maps it, and one that is about to be replaced is replaced for all.
 */
#include <kgate/case.h>
#include <kgate/pagemap.h>
#include <kgate/signals.h>
#include <process-vm-mmap/clone.h>
#include <signal.h>
#include <unistd.h>

#define PAGES 4

#ifndef MADV_SOFT_OFFLINE
#define MADV_SOFT_OFFLINE 101
#endif

static struct peer *peer;
static struct range source, copy;

struct page {
	struct range range;
	int advice;
};

static void on_signal(int number)
{
	(void)number;
}

/* The process that gives up a page learns of the loss by a signal. */
static long give_up_here(void *data)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct sigaction before;
	struct page *page = data;
	int answer;

	check(sigaction(SIGBUS, &action, &before) == 0);
	answer = madvise((void *)page->range.start, page->range.length,
			 page->advice);
	check(sigaction(SIGBUS, &before, NULL) == 0);
	return answer;
}

static void require_given_up(long answer)
{
	if (answer != 0)
		skip("this kernel cannot give up pages "
		     "(CONFIG_MEMORY_FAILURE)");
}

/* The peer's second page is lost, or taken out of use. */
static void give_up(int advice)
{
	struct page page = { sub_range(source, 1, 1), advice };

	require_given_up(peer_call(peer, give_up_here, &page));
}

static void set_up(void)
{
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
}

static void observe_access(void)
{
	observe_text("caller.sees_before",
		     read_content(sub_range(copy, 0, 1)));
	observe_text("caller.access", try_read(sub_range(copy, 1, 1).start));
	observe_text("caller.sees_behind",
		     read_content_from(sub_range(copy, 2, 2), 2));
}

static void observe_access_of_peer(void)
{
	observe_text("peer.access",
		     peer_try_read(peer, sub_range(source, 1, 1).start));
}

CASE(lost_before)
{
	set_up();
	give_up(MADV_HWPOISON);
	copy = clone_anywhere(peer, source);
	observe_access_of_peer();
	if (is_mapped(copy))
		observe_access();
}

CASE(lost_afterwards)
{
	set_up();
	copy = clone_anywhere(peer, source);
	give_up(MADV_HWPOISON);
	observe_access_of_peer();
	if (is_mapped(copy))
		observe_access();
}

CASE(copy_lost_afterwards)
{
	struct page page;

	set_up();
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	page = (struct page){ sub_range(copy, 1, 1), MADV_HWPOISON };
	require_given_up(give_up_here(&page));
	observe_access_of_peer();
	observe_access();
}

CASE(replaced_afterwards)
{
	struct page_state before, after, of_peer;

	set_up();
	copy = clone_anywhere(peer, source);
	before = page_state(peer_pid(peer), sub_range(source, 1, 1).start);
	give_up(MADV_SOFT_OFFLINE);
	of_peer = page_state(peer_pid(peer), sub_range(source, 1, 1).start);
	observe_text("peer.sees", peer_read(peer, source));
	if (!is_mapped(copy))
		return;
	after = page_state(getpid(), sub_range(copy, 1, 1).start);
	observe_bool("caller.frame_changed", after.frame != before.frame);
	observe_bool("frames.shared", after.frame == of_peer.frame);
	observe_text("caller.sees", read_content(copy));
}
