// SPDX-License-Identifier: MIT
/*
 * The call, while threads of the source keep writing to what is cloned, on
 * another processor. That processor holds writable translations while the call
 * revokes the right to write; without a flush, the threads keep writing to what
 * is now shared.
 */
#include <kgate/case.h>
#include <kgate/clock.h>
#include <kgate/counters.h>
#include <kgate/processors.h>
#include <kgate/smaps.h>
#include <process-vm-mmap/clone.h>
#include <pthread.h>
#include <sched.h>

/*
 * Many more pages are written than the few that are cloned: a processor with
 * few translations, at least an emulated one, drops them all when it should
 * drop one.
 */
#define WRITTEN_PAGES	200
/* No kernel drops this many translations one by one. */
#define MANY_PAGES	600
#define THREADS		8

#define HUGE		(2UL << 20)
#define HUGE_PAGES	4

/* How long copies are watched in one case, over all its rounds. */
#define WATCH_MS	200

/* The memory the peer writes to. Each of its threads has its own part. */
struct writing {
	struct range range;
	unsigned int threads;
};

/* The part that is cloned, and how often, each time this much further on. */
struct clones {
	unsigned long pages;
	unsigned int rounds;
	unsigned long further;
};

/* The first word of every page counts up for ever; nothing stops it. */
static void *count_up(void *data)
{
	struct range part = *(struct range *)data;
	unsigned long at;
	uint64_t count;

	run_on(1);
	for (count = 1;; count++)
		for (at = 0; at < part.length; at += page_size())
			*(volatile uint64_t *)(part.start + at) = count;
	return NULL;
}

static long write_for_ever(void *data)
{
	struct writing *writing = data;
	unsigned long pages = writing->range.length / page_size();
	unsigned long each = pages / writing->threads;
	static struct range parts[THREADS];
	unsigned int i;
	pthread_t thread;

	for (i = 0; i < writing->threads; i++)
		parts[i] = sub_range(writing->range, i * each, each);
	for (i = 1; i < writing->threads; i++)
		check(pthread_create(&thread, NULL, count_up, &parts[i]) == 0);
	count_up(&parts[0]);
	return 0;
}

/* When this returns, the peer is writing to its own memory. */
static void await_change(const struct peer *peer, struct range page)
{
	uint64_t before = peer_word(peer, page.start);

	while (peer_word(peer, page.start) == before)
		sched_yield();
}

static uint64_t first_word(struct range copy, unsigned long page)
{
	return *(volatile uint64_t *)sub_range(copy, page, 1).start;
}

/* How many changes show in a copy although only the peer writes. */
static unsigned int watch(struct range copy, long for_ms)
{
	unsigned long pages = copy.length / page_size(), i;
	static uint64_t seen[MANY_PAGES];
	unsigned int changes = 0;
	long end;

	check(pages <= MANY_PAGES);
	for (i = 0; i < pages; i++)
		seen[i] = first_word(copy, i);
	for (end = milliseconds() + for_ms; milliseconds() < end;)
		for (i = 0; i < pages; i++) {
			uint64_t word = first_word(copy, i);

			changes += word != seen[i];
			seen[i] = word;
		}
	return changes;
}

/* Returns how many of the copies consist of huge pages. */
static unsigned int clone_while_written(struct peer *peer,
					struct writing writing,
					struct clones clones)
{
	unsigned int changes = 0, huge = 0, round;
	struct errno_tally answers = { 0 };
	struct range last = { 0 };

	begin_on_first_of_two();
	peer_begin(peer, write_for_ever, &writing);
	/* The first part is written once all threads have their stacks. */
	await_change(peer, sub_range(writing.range, 0, 1));
	watch_maps(peer_pid(peer));
	for (round = 0; round < clones.rounds; round++) {
		struct range source = sub_range(writing.range,
						round * clones.further,
						clones.pages), copy;

		last = sub_range(source, clones.pages - 1, 1);
		await_change(peer, last);
		copy = clone_range(peer_pid(peer), source, 0, 0);
		tally(&answers, is_mapped(copy) ? 0 : -1);
		if (!is_mapped(copy))
			continue;
		changes += watch(copy, WATCH_MS / clones.rounds);
		huge += smaps_kb(getpid(), copy.start, "AnonHugePages") != 0;
		unmap(copy);
	}
	await_change(peer, last);
	observe_tally("call", &answers);
	observe_maps();
	observe_uint("caller.changes_seen", changes);
	return huge;
}

static void clone_small_pages(unsigned long written, unsigned int threads,
			      unsigned long cloned)
{
	struct peer *peer = peer_start();
	struct writing writing = {
		.range = peer_map_original(peer, written),
		.threads = threads,
	};

	clone_while_written(peer, writing,
			    (struct clones){ .pages = cloned, .rounds = 10 });
}

CASE(one_page)
{
	clone_small_pages(WRITTEN_PAGES, 1, 1);
}

CASE(some_pages)
{
	clone_small_pages(WRITTEN_PAGES, 1, 64);
}

CASE(many_pages_of_many_threads)
{
	clone_small_pages(MANY_PAGES, THREADS, MANY_PAGES);
}

/* A huge page written to after it was cloned is no longer a huge page. */
CASE(huge_pages)
{
	struct peer *peer = peer_start();
	struct writing writing = { .threads = 1 };
	struct range area;

	if (page_size() != 4096)
		skip("huge pages are too large for the guest");
	write_file("/sys/kernel/mm/transparent_hugepage/enabled", "madvise");
	area = peer_map(peer, (HUGE_PAGES + 1) * HUGE / page_size(),
			PROT_READ | PROT_WRITE, MAP_PRIVATE);
	writing.range = (struct range){ (area.start + HUGE - 1) & -HUGE,
					HUGE_PAGES * HUGE };
	check(peer_advise(peer, writing.range, MADV_HUGEPAGE));
	peer_write(peer, writing.range, WRITER_ORIGINAL);
	if (smaps_kb(peer_pid(peer), writing.range.start, "AnonHugePages") !=
	    HUGE_PAGES * HUGE / 1024)
		skip("the kernel gave the peer too few huge pages");
	observe_uint("caller.huge_copies",
		     clone_while_written(peer, writing, (struct clones){
			     .pages = HUGE / page_size(),
			     .rounds = HUGE_PAGES,
			     .further = HUGE / page_size(),
		     }));
}
