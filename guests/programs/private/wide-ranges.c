// SPDX-License-Identifier: MIT
/*
 * Ranges that are mostly empty, that end in a hole, or that arrive in pieces;
 * and words in them that processes wait on.
 */
#include <kgate/case.h>
#include <kgate/clock.h>
#include <kgate/counters.h>
#include <process-vm-mmap/clone.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PAGES	10

static struct peer *peer;
static struct range source, copy;

#define WIDE		(4UL << 30)
#define ISLANDS		10

static struct range island(struct range range, unsigned long number)
{
	return sub_range(range, number * (WIDE / ISLANDS / page_size()), 1);
}

CASE(four_gigabytes_with_ten_pages)
{
	unsigned long i, right = 0;
	long begin, tables;

	peer = peer_start();
	source = peer_map(peer, WIDE / page_size(), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_NORESERVE);
	check(peer_advise(peer, source, MADV_NOHUGEPAGE));
	for (i = 0; i < ISLANDS; i++)
		peer_write(peer, island(source, i), WRITER_ORIGINAL);
	tables = status_kb(getpid(), "VmPTE");
	begin = milliseconds();
	copy = clone_anywhere(peer, source);
	observe_int("call.milliseconds", milliseconds() - begin);
	if (!is_mapped(copy))
		return;
	observe_int("caller.tables_kb_added",
		    (long)status_kb(getpid(), "VmPTE") - tables);
	for (i = 0; i < ISLANDS; i++)
		right += read_content(island(copy, i))[0] == 'o';
	observe_uint("caller.pages_right", right);
	observe_text("caller.sees_between",
		     read_content(sub_range(island(copy, 1), 1, 1)));
}

/* No kernel data may show where the peer had nothing. */
CASE(never_touched_tail)
{
	peer = peer_start();
	source = peer_map(peer, PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	peer_write(peer, sub_range(source, 0, 2), WRITER_ORIGINAL);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees_tail",
		     read_content_from(sub_range(copy, 2, PAGES - 2), 2));
}

CASE(halves_to_different_callers)
{
	struct peer *one, *other;
	struct range first, second;

	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	one = peer_start();
	other = peer_start();
	first = peer_clone(one, peer_pid(peer),
			   sub_range(source, 0, PAGES / 2), 0, 0);
	second = peer_clone(other, peer_pid(peer),
			    sub_range(source, PAGES / 2, PAGES / 2), 0, 0);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy) || !is_mapped(first) || !is_mapped(second))
		return;
	peer_write(one, sub_range(first, 0, 1), WRITER_CALLER);
	peer_write(peer, sub_range(source, 1, 1), WRITER_PEER);
	observe_text("first.sees", peer_read(one, first));
	observe_text("second.sees",
		     peer_read_from(other, second, PAGES / 2));
	observe_text("caller.sees", read_content(copy));
}

CASE(halves_to_one_caller)
{
	struct range hole = find_hole(PAGES);

	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	clone_from(peer, sub_range(source, 0, PAGES / 2), hole.start,
		   PVMMAP_FIXED_NOREPLACE);
	copy = clone_range(peer_pid(peer),
			   sub_range(source, PAGES / 2, PAGES / 2),
			   hole.start + hole.length / 2,
			   PVMMAP_FIXED_NOREPLACE);
	observe_copy("second_half", copy);
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(hole));
}

static long futex(unsigned long word, int operation, long value)
{
	struct timespec timeout = { .tv_nsec = 20 * 1000 * 1000 };

	return syscall(SYS_futex, word, operation, value, &timeout, NULL, 0);
}

static long wake_both_ways(void *data)
{
	struct range *range = data;

	return futex(range->start, FUTEX_WAKE, INT_MAX) +
	       futex(range->start, FUTEX_WAKE_PRIVATE, INT_MAX);
}

static void *wait_shared(void *word)
{
	unsigned int value = *(unsigned int *)word;

	return (void *)futex((unsigned long)word, FUTEX_WAIT, value);
}

/* A copy is different memory, also to waiters on a futex in it. */
CASE(peer_wakes_waiters)
{
	pthread_t waiter;
	unsigned int i;
	long woken = 0;
	void *answer;

	peer = peer_start();
	source = peer_map_original(peer, 1);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	check(pthread_create(&waiter, NULL, wait_shared,
			     (void *)copy.start) == 0);
	for (i = 0; i < 20; i++)
		woken += peer_call(peer, wake_both_ways, &source);
	check(pthread_join(waiter, &answer) == 0);
	observe_int("peer.woken", woken);
	observe_bool("caller.timed_out", (long)answer == -1);
}

static void *come_and_go(void *unused)
{
	return unused;
}

/* A thread's former stack is memory like any other. */
CASE(over_stack_of_former_thread)
{
	unsigned long pages = 16 * 65536 / page_size();
	struct range stack = map_guarded(pages, PROT_READ | PROT_WRITE,
					 MAP_PRIVATE | MAP_STACK);
	pthread_attr_t attributes;
	pthread_t thread;

	check(pthread_attr_init(&attributes) == 0);
	check(pthread_attr_setstack(&attributes, (void *)stack.start,
				    stack.length) == 0);
	check(pthread_create(&thread, &attributes, come_and_go, NULL) == 0);
	check(pthread_join(thread, NULL) == 0);
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	copy = clone_from(peer, source, sub_range(stack, 2, 1).start,
			  PVMMAP_FIXED);
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}
