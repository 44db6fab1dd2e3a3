// SPDX-License-Identifier: MIT
/*
 * The call beside threads that map, clone and exit on another processor.
 */
#include <kgate/case.h>
#include <kgate/processors.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGES	4
#define ROUNDS	10
#define CLONES	300

/*
 * Threads of one process that clone from another. There are several, so that
 * while one holds a lock and waits for the second, others wait for the first:
 * as soon as any is done, both locks go to the longest waiters, in both
 * processes at once.
 */
#define CLONERS	3

struct exchange {
	pid_t pid;
	/* A part for each thread: no process may have the same page twice. */
	struct range range;
	/* The caller's descriptor of the shared counters. */
	pid_t caller;
	int counts;
	struct errno_tally answers;
};

static struct {
	pthread_t threads[CLONERS];
	pthread_mutex_t lock;
	struct exchange *exchange;
} cloners = { .lock = PTHREAD_MUTEX_INITIALIZER };

/*
 * Of both processes: all begin when all are ready, and continue until all are
 * done.
 */
static struct counts {
	unsigned int ready, done;
} *all;

static void clone_once(struct range part)
{
	struct exchange *exchange = cloners.exchange;
	struct range copy = clone_range(exchange->pid, part, 0, 0);

	pthread_mutex_lock(&cloners.lock);
	tally(&exchange->answers, is_mapped(copy) ? 0 : -1);
	pthread_mutex_unlock(&cloners.lock);
	if (is_mapped(copy))
		unmap(copy);
}

static bool is_reached_by_all(const unsigned int *count)
{
	return __atomic_load_n(count, __ATOMIC_ACQUIRE) == 2 * CLONERS;
}

static void *keep_cloning(void *data)
{
	unsigned long index = (unsigned long)data;
	struct range part = sub_range(cloners.exchange->range, index * PAGES,
				      PAGES);
	unsigned int i;

	run_on(index % 2);
	__atomic_add_fetch(&all->ready, 1, __ATOMIC_RELEASE);
	while (!is_reached_by_all(&all->ready))
		sched_yield();
	for (i = 0; i < CLONES / CLONERS; i++)
		clone_once(part);
	__atomic_add_fetch(&all->done, 1, __ATOMIC_RELEASE);
	while (!is_reached_by_all(&all->done))
		clone_once(part);
	return NULL;
}

static void cloners_begin(struct exchange *exchange)
{
	unsigned long i;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", exchange->caller,
		 exchange->counts);
	fd = open(path, O_RDWR);
	check(fd >= 0);
	all = mmap(NULL, sizeof(*all), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		   0);
	check(all != MAP_FAILED);
	cloners.exchange = exchange;
	for (i = 0; i < CLONERS; i++)
		check(pthread_create(&cloners.threads[i], NULL, keep_cloning,
				     (void *)i) == 0);
}

static void cloners_end(void)
{
	unsigned int i;

	for (i = 0; i < CLONERS; i++)
		check(pthread_join(cloners.threads[i], NULL) == 0);
}

static long clone_from_caller(void *data)
{
	cloners_begin(data);
	cloners_end();
	return 0;
}

/* Two processes that clone from each other take the same two locks. */
CASE(from_each_other)
{
	const int counts = memfd_create("counts", 0);
	struct peer *peer = peer_start();
	struct exchange here = {
		.pid = peer_pid(peer),
		.range = peer_map_original(peer, CLONERS * PAGES),
		.caller = getpid(),
		.counts = counts,
	};
	struct exchange there = {
		.pid = getpid(),
		.range = map_guarded(CLONERS * PAGES, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE),
		.caller = getpid(),
		.counts = counts,
	};

	need_two_processors();
	check(ftruncate(counts, sizeof(*all)) == 0);
	write_content(there.range, WRITER_ORIGINAL);
	cloners_begin(&here);
	/* What the threads need is mapped now, and stays mapped. */
	watch_maps(getpid());
	peer_begin(peer, clone_from_caller, &there);
	cloners_end();
	peer_finish(peer, &there, sizeof(there));
	observe_tally("call", &here.answers);
	observe_tally("there", &there.answers);
	observe_bool("caller.maps_changed", caller_maps_changed());
	observe_text("caller.sees", read_content(there.range));
	observe_text("peer.sees", peer_read(peer, here.range));
}

/* What a second thread of the caller sees at the target all the time. */
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

			/*
			 * Nothing there is fine, but a half-made copy is not.
			 */
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

			/* The peer may not have written it yet. */
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
