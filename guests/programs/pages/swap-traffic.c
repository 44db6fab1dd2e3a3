// SPDX-License-Identifier: MIT
/*
 * Calls while pages go to swap and come back: pressure, swapoff, and folios
 * swapped out whole.
 */
#include <kgate/case.h>
#include <kgate/cgroup.h>
#include <kgate/counters.h>
#include <kgate/pagemap.h>
#include <kgate/smaps.h>
#include <kgate/swap.h>
#include <process-vm-mmap/clone.h>
#include <string.h>
#include <sys/swap.h>
#include <unistd.h>

#define PAGES	64
#define ROUNDS	60

static struct peer *peer;
static struct range source, copy;

static void set_up(void)
{
	swap_on();
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
}

static long swap_out_in_a_loop(void *data)
{
	struct range *range = data;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		madvise((void *)range->start, range->length, MADV_PAGEOUT);
		read_content(sub_range(*range, 0, PAGES / 2));
	}
	return 0;
}

static long turn_off_and_on(void *data)
{
	unsigned int *rounds = data;
	unsigned int i;

	for (i = 0; i < *rounds; i++)
		if (swapoff(SWAP_DEVICE) != 0 || swapon(SWAP_DEVICE, 0) != 0)
			return -1;
	return 0;
}

/* Clone until the other is done; every copy must be right. */
static void clone_meanwhile(void)
{
	struct errno_tally answers = { 0 };
	bool right = true;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		copy = clone_range(peer_pid(peer), source, 0, 0);
		tally(&answers, is_mapped(copy) ? 0 : -1);
		if (!is_mapped(copy))
			continue;
		right = right && strcmp(read_content(copy), "original") == 0;
		write_content(sub_range(copy, 0, 8), WRITER_CALLER);
		unmap(copy);
	}
	observe_tally("call", &answers);
	observe_bool("caller.always_right", right);
}

CASE(peer_swaps_in_a_loop)
{
	set_up();
	watch_maps(peer_pid(peer));
	peer_begin(peer, swap_out_in_a_loop, &source);
	clone_meanwhile();
	peer_finish(peer, &source, sizeof(source));
	observe_maps();
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(swap_turned_off_in_a_loop)
{
	unsigned int rounds = 8;
	struct peer *switcher;

	set_up();
	switcher = peer_start();
	peer_swap_out(peer, source);
	watch_maps(peer_pid(peer));
	peer_begin(switcher, turn_off_and_on, &rounds);
	clone_meanwhile();
	observe_call("swapoff", peer_finish(switcher, &rounds,
					    sizeof(rounds)));
	observe_maps();
	observe_text("peer.sees", peer_read(peer, source));
}

/*
 * A group for everything the case needs, so that its memory can be reclaimed.
 */
static void set_up_in_group(void)
{
	cgroups_begin();
	cgroup_make("all");
	cgroup_enter("all", getpid());
	swap_on();
	peer = peer_start_now();
	source = peer_map_original(peer, PAGES);
}

/* As much as there is: the kernel reclaims what it can. */
static void reclaim_all(void)
{
	unsigned int tries;

	for (tries = 0; tries < 8; tries++)
		cgroup_try_write("all", "memory.reclaim", "8M");
}

CASE(memory_is_reclaimed)
{
	set_up_in_group();
	copy = clone_anywhere(peer, source);
	reclaim_all();
	if (is_mapped(copy)) {
		observe_uint("caller.pages_swapped",
			     pages_swapped(getpid(), copy));
		observe_text("caller.sees", read_content(copy));
		write_content(sub_range(copy, 0, PAGES / 2), WRITER_CALLER);
	}
	observe_text("peer.sees", peer_read(peer, source));
	reclaim_all();
	observe_text("peer.sees_later", peer_read(peer, source));
	if (is_mapped(copy))
		observe_text("caller.sees_first_half",
			     read_content(sub_range(copy, 0, PAGES / 2)));
}

/* The entries of one huge page, cloned to a place where no huge page can be. */
CASE(huge_page_swapped_whole)
{
	unsigned long huge = 2UL << 20;
	struct range area, target;

	if (page_size() != 4096)
		skip("huge pages are too large for the guest");
	swap_on();
	write_file("/sys/kernel/mm/transparent_hugepage/enabled", "madvise");
	peer = peer_start();
	area = peer_map(peer, 2 * huge / page_size(), PROT_READ | PROT_WRITE,
			MAP_PRIVATE);
	source = (struct range){ (area.start + huge - 1) & -huge, huge };
	check(peer_advise(peer, source, MADV_HUGEPAGE));
	peer_write(peer, source, WRITER_ORIGINAL);
	if (smaps_kb(peer_pid(peer), source.start, "AnonHugePages") == 0)
		skip("the kernel gave the peer no huge page");
	peer_swap_out(peer, source);
	target = find_hole(2 * huge / page_size());
	copy = clone_from(peer, source,
			  ((target.start + huge - 1) & -huge) + page_size(),
			  PVMMAP_FIXED_NOREPLACE);
	if (!is_mapped(copy))
		return;
	observe_uint("caller.pages_swapped", pages_swapped(getpid(), copy));
	observe_text("caller.sees", read_content(copy));
	write_content(copy, WRITER_CALLER);
	observe_text("peer.sees", peer_read(peer, source));
}

/* Memory no longer needed may be dropped, but only on one's own side. */
static const char *whole_or_gone(const char *seen)
{
	const char *at = seen;

	while (*at) {
		if (strncmp(at, "original", 8) == 0)
			at += 8;
		else if (strncmp(at, "zero", 4) == 0)
			at += 4;
		else
			return seen;
		if (*at == ' ')
			at++;
	}
	return "original or zero";
}

CASE(caller_needs_copy_no_more)
{
	set_up_in_group();
	copy = clone_anywhere(peer, source);
	if (is_mapped(copy))
		check(madvise((void *)copy.start, copy.length, MADV_FREE) == 0);
	reclaim_all();
	observe_text("peer.sees", peer_read(peer, source));
	if (is_mapped(copy))
		observe_text("caller.sees", whole_or_gone(read_content(copy)));
}

CASE(peer_needed_pages_no_more)
{
	set_up_in_group();
	check(peer_advise(peer, source, MADV_FREE));
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	write_content(sub_range(copy, 0, 8), WRITER_CALLER);
	peer_write(peer, sub_range(source, 4, 8), WRITER_PEER);
	reclaim_all();
	observe_text("caller.sees_own", read_content(sub_range(copy, 0, 8)));
	observe_text("peer.sees_own",
		     peer_read_from(peer, sub_range(source, 4, 8), 0));
	observe_text("caller.sees_rest",
		     whole_or_gone(read_content_from(sub_range(copy, 12, 52),
						     12)));
}
