// SPDX-License-Identifier: MIT
/*
 * Shared pages that the kernel wants back: to swap one out it has to find all
 * of its users, whatever happened to them since the call.
 */
#include <kgate/case.h>
#include <kgate/cgroup.h>
#include <kgate/counters.h>
#include <kgate/pagemap.h>
#include <kgate/swap.h>
#include <process-vm-mmap/clone.h>
#include <string.h>

#define PAGES	12
#define MANY	2048
#define USERS	3

static struct peer *peer;
static struct range source, copy;

/* Everything the case needs is in one group, whose memory can be reclaimed. */
static void set_up(void)
{
	cgroups_begin();
	cgroup_make("all");
	cgroup_enter("all", getpid());
	swap_on();
	peer = peer_start_now();
	source = peer_map_original(peer, PAGES);
}

static void reclaim_all(void)
{
	unsigned int tries;

	for (tries = 0; tries < 8; tries++)
		cgroup_try_write("all", "memory.reclaim", "8M");
}

static void protect(struct range range, int protection)
{
	check(mprotect((void *)range.start, range.length, protection) == 0);
}

/* Both sides split their mappings, each at different places. */
CASE(both_sides_split)
{
	set_up();
	copy = clone_anywhere(peer, source);
	peer_protect(peer, sub_range(source, 2, 3), PROT_READ);
	if (is_mapped(copy))
		protect(sub_range(copy, 4, 5), PROT_READ);
	reclaim_all();
	observe_uint("peer.pages_swapped",
		     pages_swapped(peer_pid(peer), source));
	if (is_mapped(copy)) {
		observe_uint("caller.pages_swapped",
			     pages_swapped(getpid(), copy));
		observe_text("caller.sees", read_content(copy));
		protect(copy, PROT_READ | PROT_WRITE);
		write_content(sub_range(copy, 0, 6), WRITER_CALLER);
	}
	observe_text("peer.sees", peer_read(peer, source));
	peer_protect(peer, source, PROT_READ | PROT_WRITE);
	reclaim_all();
	observe_text("peer.sees_later", peer_read(peer, source));
	if (is_mapped(copy))
		observe_text("caller.sees_later",
			     read_content(sub_range(copy, 0, 6)));
}

/* What the caller writes stays its own, also for its children. */
CASE(caller_forks_after_peer_is_gone)
{
	struct peer *child;

	set_up();
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	write_content(sub_range(copy, 0, 6), WRITER_CALLER);
	peer_exit(peer);
	child = peer_fork();
	reclaim_all();
	observe_uint("caller.pages_swapped", pages_swapped(getpid(), copy));
	observe_uint("child.pages_swapped",
		     pages_swapped(peer_pid(child), copy));
	peer_write(child, sub_range(copy, 3, 6), WRITER_CHILD);
	observe_text("caller.sees", read_content(copy));
	reclaim_all();
	observe_text("child.sees", peer_read(child, copy));
}

/* Three users of the same pages, which exit in every order. */
static const unsigned int orders[][USERS] = {
	{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
	{ 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
};

struct user {
	struct peer *peer;
	struct range range;
};

/* The peer, one that cloned from it, and one that cloned from that one. */
static bool start_users(struct user *users, struct errno_tally *answers)
{
	unsigned int i;

	users[0].peer = peer_start_now();
	users[0].range = peer_map_original(users[0].peer, MANY);
	for (i = 1; i < USERS; i++) {
		users[i].peer = peer_start_now();
		users[i].range = peer_clone(users[i].peer,
					    peer_pid(users[i - 1].peer),
					    users[i - 1].range, 0, 0);
		tally(answers, is_mapped(users[i].range) ? 0 : -1);
		if (!is_mapped(users[i].range))
			return false;
	}
	return true;
}

CASE(users_end_in_every_order)
{
	unsigned long before = meminfo_kb("AnonPages");
	const unsigned int count = sizeof(orders) / sizeof(orders[0]);
	struct errno_tally answers = { 0 };
	unsigned int intact = 0, order, i;

	watch_maps(getpid());
	for (order = 0; order < count; order++) {
		struct user users[USERS];

		if (!start_users(users, &answers))
			break;
		for (i = 0; i < USERS; i++) {
			struct user *last = &users[orders[order][USERS - 1]];

			intact += strcmp(peer_read(last->peer, last->range),
					 "original") == 0;
			peer_exit(users[orders[order][i]].peer);
		}
	}
	observe_tally("call", &answers);
	observe_bool("caller.maps_changed", caller_maps_changed());
	observe_uint("survivors.intact", intact);
	/* One set of pages left behind would be eight megabytes. */
	observe_bool("system.memory_leaked",
		     meminfo_kb("AnonPages") > before + 4096);
}
