// SPDX-License-Identifier: MIT
/*
 * The call beside threads that map, clone and exit on another processor.
 */
#include <kgate/case.h>
#include <kgate/experiment.h>
#include <kgate/processors.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/uio.h>

#define PAGES	4
#define ROUNDS	10
#define CLONES	300

/*
 * Keeps the mappings of its process locked nearly all the time, on the other
 * processor, so that whoever wants to lock them has to wait, and others get
 * in between. It is the many pages that take long.
 */
#define KEPT_PAGES	512

static struct {
	pthread_t thread;
	int processor;
	void *place;
	volatile bool go, stop;
} mapper;

static void *keep_mapping(void *unused)
{
	const unsigned long length = KEPT_PAGES * page_size();

	(void)unused;
	run_on(mapper.processor);
	while (!mapper.go)
		sched_yield();
	while (!mapper.stop) {
		check(mprotect(mapper.place, length, PROT_READ) == 0);
		check(mprotect(mapper.place, length,
			       PROT_READ | PROT_WRITE) == 0);
	}
	return NULL;
}

static void mapper_begin(int processor)
{
	const unsigned long length = KEPT_PAGES * page_size();

	mapper.processor = processor;
	mapper.place = mmap(NULL, length, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(mapper.place != MAP_FAILED);
	check(madvise(mapper.place, length, MADV_NOHUGEPAGE) == 0);
	memset(mapper.place, 1, length);
	check(pthread_create(&mapper.thread, NULL, keep_mapping, NULL) == 0);
}

static void mapper_end(void)
{
	mapper.stop = true;
	check(pthread_join(mapper.thread, NULL) == 0);
}

struct exchange {
	pid_t pid;
	struct range range;
	/* Where the peer counts how often it has cloned. */
	struct range count;
	struct errno_tally answers;
};

static void clone_once(struct exchange *exchange)
{
	struct range copy = clone_range(exchange->pid, exchange->range, 0, 0);

	tally(&exchange->answers, is_mapped(copy) ? 0 : -1);
	if (is_mapped(copy))
		unmap(copy);
}

static long clone_from_caller(void *data)
{
	struct exchange *exchange = data;
	volatile uint64_t *count = (volatile uint64_t *)exchange->count.start;

	run_on(1);
	mapper_begin(0);
	mapper.go = true;
	for (*count = 0; *count < CLONES; ++*count)
		clone_once(exchange);
	mapper_end();
	return 0;
}

/* Two processes that clone from each other take the same locks in turn. */
CASE(from_each_other)
{
	struct peer *peer = peer_start();
	struct exchange here = {
		.pid = peer_pid(peer),
		.range = peer_map_original(peer, PAGES),
	};
	struct exchange there = {
		.pid = getpid(),
		.range = map_guarded(PAGES, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE),
		.count = peer_map(peer, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE),
	};

	begin_on_first_of_two();
	write_content(there.range, WRITER_ORIGINAL);
	mapper_begin(1);
	/* What it needs is mapped now, and stays mapped. */
	watch_maps(getpid());
	mapper.go = true;
	peer_begin(peer, clone_from_caller, &there);
	do {
		clone_once(&here);
	} while (peer_word(peer, there.count.start) < CLONES);
	peer_finish(peer, &there, sizeof(there));
	mapper_end();
	observe_tally("call", &here.answers);
	observe_tally("there", &there.answers);
	observe_bool("caller.maps_changed", caller_maps_changed());
	observe_text("caller.sees", read_content(there.range));
	observe_text("peer.sees", peer_read(peer, here.range));
}

/* What a second thread of the caller finds at the target, all the time. */
static struct {
	struct range target;
	uint64_t wanted[PAGES];
	bool stop;
	unsigned long wrong;
} watcher;

static void *watch_target(void *unused)
{
	pid_t pid = getpid();
	unsigned int i;

	(void)unused;
	run_on(1);
	while (!__atomic_load_n(&watcher.stop, __ATOMIC_ACQUIRE)) {
		for (i = 0; i < PAGES; i++) {
			struct range page = sub_range(watcher.target, i, 1);
			uint64_t word = 0;
			struct iovec local = { &word, sizeof(word) };
			struct iovec remote = { (void *)page.start,
						sizeof(word) };

			/* Nothing there is right; but no half-made copy. */
			if (process_vm_readv(pid, &local, 1, &remote, 1,
					     0) == sizeof(word) &&
			    word != watcher.wanted[i])
				watcher.wrong++;
		}
	}
	return NULL;
}

CASE(target_watched_by_second_thread)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct errno_tally answers = { 0 };
	pthread_t thread;
	unsigned int i;

	begin_on_first_of_two();
	for (i = 0; i < PAGES; i++)
		watcher.wanted[i] =
			peer_word(peer, sub_range(source, i, 1).start);
	watcher.target = find_hole(PAGES);
	check(pthread_create(&thread, NULL, watch_target, NULL) == 0);
	watch_maps(peer_pid(peer));
	for (i = 0; i < CLONES; i++) {
		struct range copy = clone_range(peer_pid(peer), source,
						watcher.target.start,
						PVMMAP_FIXED);

		tally(&answers, is_mapped(copy) ? 0 : -1);
		if (is_mapped(copy))
			unmap(copy);
	}
	observe_tally("call", &answers);
	observe_maps();
	__atomic_store_n(&watcher.stop, true, __ATOMIC_RELEASE);
	check(pthread_join(thread, NULL) == 0);
	observe_uint("watcher.wrong_words", watcher.wrong);
}

static long map_and_unmap(void *data)
{
	struct range range = *(struct range *)data;

	run_on(1);
	for (;;) {
		unmap(range);
		check(mmap((void *)range.start, range.length,
			   PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
			   0) == (void *)range.start);
		write_content(range, WRITER_ORIGINAL);
	}
	return 0;
}

CASE(source_that_comes_and_goes)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct errno_tally answers = { 0 };
	unsigned int foreign = 0, i, page;
	uint64_t wanted[PAGES];

	begin_on_first_of_two();
	for (page = 0; page < PAGES; page++)
		wanted[page] =
			peer_word(peer, sub_range(source, page, 1).start);
	watch_maps(getpid());
	peer_begin(peer, map_and_unmap, &source);
	for (i = 0; i < CLONES; i++) {
		struct range copy = clone_range(peer_pid(peer), source, 0, 0);

		tally(&answers, is_mapped(copy) ? 0 : -1);
		if (!is_mapped(copy))
			continue;
		for (page = 0; page < PAGES; page++) {
			struct range at = sub_range(copy, page, 1);
			uint64_t word = *(uint64_t *)at.start;

			/* The peer may not have come to write it yet. */
			foreign += word != 0 && word != wanted[page];
		}
		unmap(copy);
	}
	observe_tally("call", &answers);
	observe_bool("caller.maps_changed", caller_maps_changed());
	observe_uint("caller.foreign_pages", foreign);
}

CASE(peer_that_is_killed)
{
	struct errno_tally answers = { 0 };
	unsigned int damaged = 0, round;

	begin_on_first_of_two();
	watch_maps(getpid());
	for (round = 0; round < ROUNDS; round++) {
		struct peer *peer = peer_start();
		struct range source = peer_map_original(peer, 64);
		struct range copy;

		check(kill(peer_pid(peer), SIGKILL) == 0);
		copy = clone_range(peer_pid(peer), source, 0, 0);
		tally(&answers, is_mapped(copy) ? 0 : -1);
		if (is_mapped(copy)) {
			damaged += strcmp(read_content(copy), "original") != 0;
			unmap(copy);
		}
		peer_kill(peer);
	}
	observe_tally("call", &answers);
	observe_bool("caller.maps_changed", caller_maps_changed());
	observe_uint("caller.damaged_copies", damaged);
}
