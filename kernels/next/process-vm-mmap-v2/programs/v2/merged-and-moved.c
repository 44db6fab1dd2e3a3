// SPDX-License-Identifier: MIT
/*
 * Pages that are merged because they are equal (KSM), and moved to other frames
 * at the same time. Whoever moves such a page finds its users at the addresses
 * where it was merged, so an entry that waits for the page to arrive must not
 * be somewhere else.
 */
#include <kgate/case.h>
#include <kgate/clock.h>
#include <kgate/counters.h>
#include <kgate/merging.h>
#include <kgate/pagemap.h>
#include <kgate/processors.h>
#include <process-vm-mmap/clone.h>
#include <linux/mempolicy.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGES	128

/* What has not happened in three seconds will not happen in six. */
#define ENOUGH	3000

static struct peer *peer;
static struct range source, twin;

static unsigned long pages_merged(void)
{
	return pages_shared(peer_pid(peer), source, peer_pid(peer), twin);
}

/* Two equal ranges of the peer, which are going to be merged. */
static void set_up(void)
{
	need_two_processors();
	if (access("/sys/devices/system/node/node1", F_OK) != 0)
		skip("this kernel or machine has no second node");
	peer = peer_start();
	peer_map_merged(peer, PAGES, &source, &twin);
}

/* What the mover and the writer are told, and what they tell. */
static struct work {
	bool stop;
	unsigned long moved;
	pid_t pid;
	struct range source;
} *work;

static void share_work(void)
{
	work = mmap(NULL, sizeof(*work), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	check(work != MAP_FAILED);
	work->pid = peer_pid(peer);
	work->source = source;
}

static bool is_over(void)
{
	return __atomic_load_n(&work->stop, __ATOMIC_ACQUIRE);
}

static long move_until_told(void *data)
{
	int nodes[PAGES], status[PAGES];
	void *pages[PAGES];
	unsigned int i, node;

	(void)data;
	run_on(1);
	for (node = 0; !is_over(); node = !node) {
		for (i = 0; i < PAGES; i++) {
			pages[i] = (void *)sub_range(work->source, i, 1).start;
			nodes[i] = node;
			status[i] = -1;
		}
		check(syscall(SYS_move_pages, work->pid, (long)PAGES, pages,
			      nodes, status, MPOL_MF_MOVE_ALL) >= 0);
		for (i = 0; i < PAGES; i++)
			work->moved += status[i] == (int)node;
	}
	return 0;
}

/* Clone until it is enough, while another process moves the pages. */
static void clone_while_moved(void)
{
	struct errno_tally answers = { 0 };
	unsigned int wrong = 0;
	struct peer *mover;
	int nothing = 0;
	long end;

	share_work();
	mover = peer_fork();
	run_on(0);
	watch_maps(peer_pid(peer));
	peer_begin(mover, move_until_told, &nothing);
	end = milliseconds() + ENOUGH;
	while (milliseconds() < end)
		wrong += !try_clone(peer_pid(peer), source, 1, &answers);
	__atomic_store_n(&work->stop, true, __ATOMIC_RELEASE);
	peer_finish(mover, &nothing, sizeof(nothing));
	observe_tally("call", &answers);
	observe_maps();
	observe_uint("caller.wrong_copies", wrong);
	observe_bool("peer.was_moved", work->moved > 0);
}

CASE(merged_before)
{
	set_up();
	stop_merging();
	clone_while_moved();
	observe_uint("peer.pages_merged", pages_merged());
	observe_text("peer.sees", peer_read(peer, source));
}

/* Pages that are written to are the peer's own again, until they are merged. */
static struct range written;

static void *write_for_ever(void *unused)
{
	for (;;) {
		write_content(written, WRITER_ORIGINAL);
		sched_yield();
	}
	return unused;
}

static long start_to_write(void *data)
{
	pthread_t thread;

	written = *(struct range *)data;
	check(pthread_create(&thread, NULL, write_for_ever, NULL) == 0);
	return 0;
}

CASE(merged_meanwhile)
{
	set_up();
	peer_call(peer, start_to_write, &source);
	clone_while_moved();
	observe_text("peer.sees", peer_read(peer, twin));
}
