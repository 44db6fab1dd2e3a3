// SPDX-License-Identifier: MIT
/*
 * Shared pages that are moved to other frames: between nodes, by compaction,
 * and when their memory is taken out of use. Moving a page means finding all of
 * its users.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/pagemap.h>
#include <process-vm-mmap/clone.h>
#include <linux/mempolicy.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PAGES	8
#define ROUNDS	100

static struct peer *peer;
static struct range source, copy;

static void set_up(void)
{
	if (access("/sys/devices/system/node/node1", F_OK) != 0)
		skip("this kernel or machine has no second node");
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
}

/* Which node the page at an address is on, once it is present. */
static int node_of(unsigned long address)
{
	int node = -1;

	check(syscall(SYS_get_mempolicy, &node, NULL, 0, address,
		      MPOL_F_NODE | MPOL_F_ADDR) == 0);
	return node;
}

/* Move the pages of a process to a node, wherever else they are mapped. */
static unsigned int move_to(pid_t pid, struct range range, int node)
{
	void *pages[PAGES];
	int nodes[PAGES], status[PAGES];
	unsigned int i, there = 0;

	for (i = 0; i < PAGES; i++) {
		pages[i] = (void *)sub_range(range, i, 1).start;
		nodes[i] = node;
		status[i] = -1;
	}
	check(syscall(SYS_move_pages, pid, (long)PAGES, pages, nodes, status,
		      MPOL_MF_MOVE_ALL) >= 0);
	for (i = 0; i < PAGES; i++)
		there += status[i] == node;
	return there;
}

CASE(to_another_node)
{
	int there;

	set_up();
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	there = !node_of(copy.start);
	observe_uint("peer.pages_moved",
		     move_to(peer_pid(peer), source, there));
	observe_bool("caller.is_there", node_of(copy.start) == there);
	observe_uint("frames.shared",
		     pages_shared(getpid(), copy, peer_pid(peer), source));
	observe_text("caller.sees", read_content(copy));
	peer_write(peer, source, WRITER_PEER);
	observe_text("caller.sees_later", read_content(copy));
}

/* Only the copy maps the page: its frame leads to no other process. */
CASE(to_another_node_after_peer_is_gone)
{
	int there;

	set_up();
	copy = clone_anywhere(peer, source);
	peer_exit(peer);
	if (!is_mapped(copy))
		return;
	there = !node_of(copy.start);
	observe_uint("caller.pages_moved", move_to(getpid(), copy, there));
	observe_text("caller.sees", read_content(copy));
}

struct moves {
	pid_t pid;
	struct range range;
	unsigned int moved;
};

static long move_in_a_loop(void *data)
{
	struct moves *moves = data;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++)
		moves->moved += move_to(moves->pid, moves->range, i % 2);
	return 0;
}

/* The same by the peer itself, which first makes its pages its own. */
static long write_and_move_in_a_loop(void *data)
{
	struct moves *moves = data;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		write_content(moves->range, WRITER_ORIGINAL);
		moves->moved += move_to(moves->pid, moves->range, i % 2);
	}
	return 0;
}

/* Clone again and again; returns whether every copy was right. */
static bool clone_in_a_loop(struct errno_tally *answers)
{
	bool right = true;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		copy = clone_range(peer_pid(peer), source, 0, 0);
		tally(answers, is_mapped(copy) ? 0 : -1);
		if (!is_mapped(copy))
			continue;
		right = right && strcmp(read_content(copy), "original") == 0;
		write_content(copy, WRITER_CALLER);
		unmap(copy);
	}
	return right;
}

/* Clone while pages of the peer are moved all the time, by it or by another. */
static void clone_while_moved(struct peer *mover, peer_function *move)
{
	struct moves moves = { peer_pid(peer), source, 0 };
	struct errno_tally answers = { 0 };
	bool right;

	watch_maps(peer_pid(peer));
	peer_begin(mover, move, &moves);
	right = clone_in_a_loop(&answers);
	peer_finish(mover, &moves, sizeof(moves));
	observe_tally("call", &answers);
	observe_maps();
	observe_bool("peer.was_moved", moves.moved > 0);
	observe_bool("caller.always_right", right);
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(moved_in_a_loop)
{
	struct peer *mover = peer_start();

	set_up();
	clone_while_moved(mover, move_in_a_loop);
}

/* Pages written to in between belong to the peer alone. */
CASE(written_and_moved_in_a_loop)
{
	set_up();
	clone_while_moved(peer, write_and_move_in_a_loop);
}

/* A huge page takes long to move, long enough for calls to coincide with it. */
CASE(huge_page_moved_in_a_loop)
{
	const unsigned long huge = 2UL << 20;
	struct errno_tally answers = { 0 };
	struct peer *mover = peer_start();
	struct range area, target;
	struct moves moves;
	bool right = true;
	unsigned int i;

	if (page_size() != 4096)
		skip("huge pages are too large for the guest");
	set_up();
	write_file("/sys/kernel/mm/transparent_hugepage/enabled", "madvise");
	area = peer_map(peer, 2 * huge / page_size(), PROT_READ | PROT_WRITE,
			MAP_PRIVATE);
	source = (struct range){ (area.start + huge - 1) & -huge, huge };
	check(peer_advise(peer, source, MADV_HUGEPAGE));
	peer_write(peer, source, WRITER_ORIGINAL);
	target = find_hole(2 * huge / page_size());
	target.start = (target.start + huge - 1) & -huge;
	moves = (struct moves){ peer_pid(peer), source, 0 };
	watch_maps(peer_pid(peer));
	peer_begin(mover, move_in_a_loop, &moves);
	for (i = 0; i < ROUNDS; i++) {
		copy = clone_range(peer_pid(peer), source, target.start,
				   PVMMAP_FIXED);
		tally(&answers, is_mapped(copy) ? 0 : -1);
		if (!is_mapped(copy))
			continue;
		right = right && strcmp(read_content(sub_range(copy, 0, 1)),
					"original") == 0;
		unmap(copy);
		/* The peer's own again, so its entry can be writable. */
		peer_write(peer, sub_range(source, 0, 1), WRITER_ORIGINAL);
	}
	peer_finish(mover, &moves, sizeof(moves));
	observe_tally("call", &answers);
	observe_maps();
	observe_bool("peer.was_moved", moves.moved > 0);
	observe_bool("caller.always_right", right);
	observe_text("peer.sees", peer_read(peer, source));
}

static long bind_to_node_1(void *data)
{
	struct range *range = data;
	unsigned long node_1 = 1UL << 1;

	return syscall(SYS_mbind, range->start, range->length, MPOL_BIND,
		       &node_1, 8 * sizeof(node_1), 0);
}

CASE(policy_is_inherited)
{
	unsigned long nodes = 0;
	int mode = -1;

	if (access("/sys/devices/system/node/node1", F_OK) != 0)
		skip("this kernel or machine has no second node");
	peer = peer_start();
	source = peer_map(peer, PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	check(peer_call(peer, bind_to_node_1, &source) == 0);
	peer_write(peer, sub_range(source, 0, 1), WRITER_ORIGINAL);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	check(syscall(SYS_get_mempolicy, &mode, &nodes, 8 * sizeof(nodes),
		      copy.start, MPOL_F_ADDR) == 0);
	observe_bool("caller.is_bound", mode == MPOL_BIND);
	observe_uint("caller.nodes", nodes);
	write_content(sub_range(copy, 1, 1), WRITER_CALLER);
	observe_int("caller.node_of_new_page", node_of(copy.start +
						       page_size()));
	/* The policy belongs to the mapping, not to the peer. */
	peer_exit(peer);
	write_content(sub_range(copy, 2, 1), WRITER_CALLER);
	observe_int("caller.node_without_peer", node_of(copy.start +
							2 * page_size()));
}

static unsigned long vmstat(const char *field)
{
	FILE *file = fopen("/proc/vmstat", "re");
	unsigned long value = 0, found = 0;
	char name[64];

	check(file);
	while (fscanf(file, "%63s %lu", name, &value) == 2)
		if (strcmp(name, field) == 0)
			found = value;
	fclose(file);
	return found;
}

static void *stay(void *unused)
{
	pause();
	return unused;
}

/*
 * Balancing looks at a process only while it runs, and at pages on its own node
 * only if it has several threads.
 */
static long run_until_balanced(void *data)
{
	unsigned long before = vmstat("numa_pte_updates");
	time_t begin = time(NULL);
	pthread_t thread;

	(void)data;
	check(pthread_create(&thread, NULL, stay, NULL) == 0);
	while (vmstat("numa_pte_updates") - before < PAGES)
		if (time(NULL) - begin > 20)
			return -1;
	return 0;
}

CASE(made_inaccessible_by_balancing)
{
	set_up();
	write_file("/proc/sys/kernel/numa_balancing", "1");
	if (peer_call(peer, run_until_balanced, &source) != 0)
		fault("balancing did not look at the peer");
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees", read_content(copy));
	peer_write(peer, sub_range(source, 0, 4), WRITER_PEER);
	write_content_from(sub_range(copy, 2, 4), WRITER_CALLER, 2);
	observe_text("caller.sees_later", read_content(copy));
	observe_text("peer.sees", peer_read(peer, source));
}
